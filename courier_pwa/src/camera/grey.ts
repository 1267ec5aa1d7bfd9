// Grey pictures: what decoders and filters work on.

/** Grey values, row by row. */
export interface Grey {
  readonly values: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Return the grey values of RGBA pixels. */
export function greyOf({ data, width, height }: Pixels): Grey {
  const values = new Uint8Array(width * height);
  for (let index = 0; index < values.length; index++) {
    const at = index * 4;
    values[index] = (data[at]! * 77 + data[at + 1]! * 150 + data[at + 2]! * 29) >> 8;
  }
  return { values, width, height };
}

/** Write grey values into RGBA pixels of the same size. */
export function paint({ values }: Grey, { data }: Pixels): void {
  const pixels = new Uint32Array(data.buffer, data.byteOffset, values.length);
  for (let index = 0; index < values.length; index++) {
    pixels[index] = 0xff000000 | (values[index]! * 0x010101);
  }
}

interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}
