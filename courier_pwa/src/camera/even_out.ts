// Evens out shadow and glare: each pixel against the mean and spread of the square around it.

/** Grey values, row by row. */
export interface Grey {
  readonly values: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Return the picture with every neighbourhood brought to the same brightness and contrast. */
export function evenOut({ values, width, height }: Grey, reach: number): Grey {
  const mean = boxMean(values, width, height, reach);
  const distance = values.map((value, index) => Math.abs(value - mean[index]!));
  const spread = boxMean(distance, width, height, reach);
  const even = new Uint8ClampedArray(values.length);
  for (let index = 0; index < values.length; index++) {
    // The 4 keeps an even wall from becoming noise.
    even[index] = 128 + (60 * (values[index]! - mean[index]!)) / (spread[index]! + 4);
  }
  return { values: new Uint8Array(even.buffer), width, height };
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

/** Mean over the square of `reach` around each pixel, cut at the edges. */
function boxMean(values: Uint8Array, width: number, height: number, reach: number): Uint8Array {
  const sums = summedArea(values, width, height);
  const means = new Uint8Array(values.length);
  const row = width + 1;
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - reach) * row;
    const rows = Math.min(height, y + reach + 1) - top / row;
    const bottom = top + rows * row;
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - reach);
      const right = Math.min(width, x + reach + 1);
      const sum =
        sums[bottom + right]! - sums[top + right]! - sums[bottom + left]! + sums[top + left]!;
      means[y * width + x] = sum / ((right - left) * rows);
    }
  }
  return means;
}

function summedArea(values: Uint8Array, width: number, height: number): Int32Array {
  const row = width + 1;
  const sums = new Int32Array(row * (height + 1));
  for (let y = 0; y < height; y++) {
    let line = 0;
    for (let x = 0; x < width; x++) {
      line += values[y * width + x]!;
      sums[(y + 1) * row + x + 1] = sums[y * row + x + 1]! + line;
    }
  }
  return sums;
}
