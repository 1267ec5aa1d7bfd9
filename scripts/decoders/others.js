// The best other decoders that a web page can ship, each reading the same frame at its full size.

import {
  getDefaultScanner,
  scanImageData,
  setModuleArgs,
  ZBarConfigType,
  ZBarSymbolType,
} from "@undecaf/zbar-wasm";
import zbarWasm from "@undecaf/zbar-wasm/dist/zbar.wasm?url";
import jsQR from "jsqr";
import { createWorker } from "qr-scanner/qr-scanner-worker.min.js";

setModuleArgs({ locateFile: () => zbarWasm });

const DECODERS = {
  jsqr: async () => (image) =>
    jsQR(image.data, image.width, image.height, { inversionAttempts: "attemptBoth" })?.data,
  "qr-scanner": async () => {
    const worker = createWorker();
    worker.postMessage({ type: "inversionMode", data: "both" });
    return (image) =>
      new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data.data ?? undefined);
        worker.postMessage({ id: 1, type: "decode", data: image }, [image.data.buffer]);
      });
  },
  zbar: async () => {
    const scanner = await getDefaultScanner();
    scanner.setConfig(ZBarSymbolType.ZBAR_NONE, ZBarConfigType.ZBAR_CFG_ENABLE, 0);
    scanner.setConfig(ZBarSymbolType.ZBAR_QRCODE, ZBarConfigType.ZBAR_CFG_ENABLE, 1);
    return async (image) => (await scanImageData(image, scanner))[0]?.decode();
  },
};
const loaded = {};
const context = new OffscreenCanvas(1280, 720).getContext("2d", { willReadFrequently: true });

window.ready = async () => Object.keys(DECODERS);

/** What that decoder reads in the picture, and the milliseconds from the frame to the answer. */
window.read = async (name, address) => {
  const decode = (loaded[name] ??= await DECODERS[name]());
  const bitmap = await createImageBitmap(await (await fetch(address)).blob());
  const started = performance.now();
  context.drawImage(bitmap, 0, 0);
  const text = await decode(context.getImageData(0, 0, 1280, 720));
  return { text: text ?? null, ms: performance.now() - started };
};
