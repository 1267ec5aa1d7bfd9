// Ways to look at one frame. A label in the rain is seldom read by the first; a label held still is
// looked at in another way each time (measured: docs/performance.md, "Reading labels").

import type { ReaderOptions } from "zxing-wasm/reader";

import { evenedOut, sharpened } from "./filters.ts";
import type { Grey } from "./grey.ts";

export interface Pass {
  readonly name: string;
  /** The longer side of the picture that is read, pixels. */
  readonly side: number;
  /** What is done to the picture first. */
  readonly filter?: (picture: Grey) => Grey;
  readonly options: ReaderOptions;
}

// Several symbols, because a poster's code beside the label must not hide it. Rotation is left out:
// a QR code is found at any angle without it, and it found nothing more.
const COMMON: ReaderOptions = {
  formats: ["QRCode"],
  maxNumberOfSymbols: 4,
  textMode: "Plain",
  tryHarder: true,
  tryRotate: false,
  tryInvert: true,
  tryDownscale: true,
  downscaleFactor: 2,
  tryDenoise: true,
};

/** Tried on every frame: a few milliseconds, reads nearly all that is clean. */
export const QUICK: Pass = {
  name: "quick",
  side: 640,
  options: { ...COMMON, downscaleThreshold: 200 },
};

const FULL: Pass = { name: "full", side: 1280, options: COMMON };
const SHARP: Pass = { name: "sharp", side: 1280, filter: sharpened, options: COMMON };
const EVEN: Pass = { name: "even", side: 1280, filter: evenedOut, options: COMMON };
const GLOBAL: Pass = {
  name: "global",
  side: 1280,
  options: { ...COMMON, binarizer: "GlobalHistogram" },
};
const FINE: Pass = { name: "fine", side: 1920, options: COMMON };

// Each reads some that no other does; sharp and even together read nearly all that any reads.
const SLOWER: readonly Pass[] = [SHARP, EVEN, FULL, SHARP, EVEN, GLOBAL, FINE];

/** Return the second pass for the `count`-th frame in which the quick one found nothing. */
export function slowerPass(count: number): Pass {
  return SLOWER[count % SLOWER.length]!;
}
