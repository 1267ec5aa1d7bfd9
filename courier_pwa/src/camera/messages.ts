// What the page and the decoder's worker say to each other.

/** A code in a frame; `x` and `y` from the frame's centre, 0 to 0.5 of its sides. */
export interface Found {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** A frame to read. It belongs to the worker from then on. */
export interface Frame {
  readonly frame: ImageBitmap | VideoFrame | ImageData;
}

export type Answer =
  | { readonly kind: "ready"; readonly engine: "zxing" | "native+zxing" }
  | { readonly kind: "broken"; readonly why: string }
  | { readonly kind: "read"; readonly found: readonly Found[]; readonly ms: number };
