// The decoders: our own (zxing as WebAssembly, shipped with the app), and the phone's where it is right.

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";

import { greyOf, paint } from "./grey.ts";
import type { Found } from "./messages.ts";
import { QUICK, slowerPass, type Pass } from "./passes.ts";
import { CHECK_TEXT, checkPicture } from "./self_check.ts";

export type Picture = ImageBitmap | VideoFrame | ImageData;

/** Draws a picture at most `side` pixels long and returns its pixels. */
export type Draw = (picture: Picture, side: number) => ImageData;

interface NativeDetector {
  detect(picture: Picture): Promise<readonly { rawValue: string; boundingBox: DOMRectReadOnly }[]>;
}

/** Load our decoder; throws where it cannot be had or does not read the check picture right. */
export async function loadZxing(): Promise<void> {
  // Without locateFile it would be fetched from someone else's server.
  await prepareZXingModule({
    overrides: { locateFile: () => wasmUrl },
    fireImmediately: true,
  });
  const found = await readBarcodes(checkPixels(), QUICK.options);
  if (found[0]?.text !== CHECK_TEXT) throw new Error("the decoder misread the check picture");
}

/** Return the phone's own detector where there is one that reads the check picture right. */
export async function nativeDetector(): Promise<NativeDetector | null> {
  try {
    const Detector = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
    if (!Detector || !(await Detector.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new Detector({ formats: ["qr_code"] });
    const found = await detector.detect(checkPixels());
    return found[0]?.rawValue === CHECK_TEXT ? detector : null;
  } catch {
    return null;
  }
}

/** Return a reader of frames: what one does not find, a slower way of looking may. */
export function createReader(draw: Draw, native: NativeDetector | null) {
  let misses = 0;
  return async (picture: Picture): Promise<readonly Found[]> => {
    const found =
      (native && (await detect(native, picture))) ||
      (await look(picture, QUICK, draw)) ||
      (await look(picture, slowerPass(misses++), draw));
    return found ?? [];
  };
}

interface DetectorClass {
  new (options: { formats: readonly string[] }): NativeDetector;
  getSupportedFormats(): Promise<readonly string[]>;
}

async function look(picture: Picture, pass: Pass, draw: Draw): Promise<readonly Found[] | null> {
  const pixels = draw(picture, pass.side);
  if (pass.filter) paint(pass.filter(greyOf(pixels)), pixels);
  const found = (await readBarcodes(pixels, pass.options)).filter((each) => each.isValid);
  if (!found.length) return null;
  return found.map(({ text, position: { topLeft, bottomRight } }) => ({
    text,
    x: Math.abs((topLeft.x + bottomRight.x) / 2 / pixels.width - 0.5),
    y: Math.abs((topLeft.y + bottomRight.y) / 2 / pixels.height - 0.5),
  }));
}

async function detect(
  native: NativeDetector,
  picture: Picture,
): Promise<readonly Found[] | null> {
  const { width, height } = sizeOf(picture);
  const found = await native.detect(picture).catch(() => []);
  if (!found.length) return null;
  return found.map(({ rawValue, boundingBox: box }) => ({
    text: rawValue,
    x: Math.abs((box.x + box.width / 2) / width - 0.5),
    y: Math.abs((box.y + box.height / 2) / height - 0.5),
  }));
}

/** Width and height of a picture, pixels. */
export function sizeOf(picture: Picture): { width: number; height: number } {
  return "displayWidth" in picture
    ? { width: picture.displayWidth, height: picture.displayHeight }
    : picture;
}

function checkPixels(): ImageData {
  const picture = checkPicture();
  const pixels = new ImageData(picture.width, picture.height);
  paint(picture, pixels);
  return pixels;
}
