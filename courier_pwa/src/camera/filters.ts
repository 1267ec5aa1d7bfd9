// What is done to a picture that could not be read as it is: light evened out, edges raised.
//
// Both hold a pixel against the mean around it. A mean changes slowly, so it is worked out on a
// picture of a quarter or half the size: on a cheap phone it would take most of the time.

import type { Grey } from "./grey.ts";

const EVEN = { by: 4, reach: 24, spread: 60 };
const SHARP = { by: 2, reach: 6, strength: 3 };

/** Return the picture with the same brightness and contrast everywhere: shadow, glare, dusk. */
export function evenedOut(grey: Grey): Grey {
  const reach = EVEN.reach / EVEN.by;
  const mean = boxMean(reduced(grey, EVEN.by), reach);
  const spread = boxMean(distances(grey, mean, EVEN.by), reach);
  return mapped(grey, EVEN.by, mean, (place, table) => {
    // The 4 keeps an even wall from becoming noise.
    const gain = EVEN.spread / (spread.values[place]! + 4);
    table.base = 128 - gain * mean.values[place]!;
    table.gain = gain;
  });
}

/** Return the picture with its edges raised: what is a little out of focus, or small. */
export function sharpened(grey: Grey): Grey {
  const mean = boxMean(reduced(grey, SHARP.by), SHARP.reach / SHARP.by);
  return mapped(grey, SHARP.by, mean, (place, table) => {
    table.base = -SHARP.strength * mean.values[place]!;
    table.gain = 1 + SHARP.strength;
  });
}

/** Return base + gain · value for each pixel, the two chosen for squares of `by` pixels. */
function mapped(
  { values, width, height }: Grey,
  by: number,
  coarse: Grey,
  choose: (place: number, table: { base: number; gain: number }) => void,
): Grey {
  const result = new Uint8ClampedArray(values.length);
  const table = { base: 0, gain: 1 };
  for (let row = 0; row < coarse.height; row++) {
    const bottom = row === coarse.height - 1 ? height : (row + 1) * by;
    for (let column = 0; column < coarse.width; column++) {
      choose(row * coarse.width + column, table);
      const { base, gain } = table;
      const right = column === coarse.width - 1 ? width : (column + 1) * by;
      for (let y = row * by; y < bottom; y++) {
        for (let at = y * width + column * by; at < y * width + right; at++) {
          result[at] = base + gain * values[at]!;
        }
      }
    }
  }
  return { values: new Uint8Array(result.buffer), width, height };
}

/** Return the picture at a whole fraction of its size, each pixel the mean of `by` × `by`. */
function reduced(grey: Grey, by: number): Grey {
  return summedUp(grey, by, (value) => value);
}

/** Return, at the size of `mean`, how far pixels are from it. */
function distances(grey: Grey, mean: Grey, by: number): Grey {
  return summedUp(grey, by, (value, place) => Math.abs(value - mean.values[place]!));
}

function summedUp(
  { values, width, height }: Grey,
  by: number,
  of: (value: number, place: number) => number,
): Grey {
  const small = { width: Math.floor(width / by), height: Math.floor(height / by) };
  const result = new Uint8Array(small.width * small.height);
  for (let place = 0; place < result.length; place++) {
    const column = place % small.width;
    const from = ((place - column) / small.width) * by * width + column * by;
    let sum = 0;
    for (let y = from; y < from + by * width; y += width) {
      for (let at = y; at < y + by; at++) sum += of(values[at]!, place);
    }
    result[place] = sum / (by * by);
  }
  return { values: result, ...small };
}

/** Return the mean over the square of `reach` around each pixel, cut at the edges. */
function boxMean({ values, width, height }: Grey, reach: number): Grey {
  const sums = summedArea(values, width, height);
  const means = new Uint8Array(values.length);
  const row = width + 1;
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - reach);
    const bottom = Math.min(height, y + reach + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - reach);
      const right = Math.min(width, x + reach + 1);
      const below = sums[bottom * row + right]! - sums[bottom * row + left]!;
      const above = sums[top * row + right]! - sums[top * row + left]!;
      means[y * width + x] = (below - above) / ((right - left) * (bottom - top));
    }
  }
  return { values: means, width, height };
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
