// The decoder's own thread: the page stays quick whatever a frame costs.

import { createReader, loadZxing, nativeDetector, sizeOf, type Picture } from "./engines.ts";
import type { Answer, Frame } from "./messages.ts";

const scope = self as unknown as {
  onmessage: ((message: MessageEvent<Frame>) => void) | null;
  postMessage(answer: Answer): void;
};

/** Return what draws pictures smaller. Two sizes are in use at a time: a canvas is kept for each. */
function createDraw() {
  const canvases = new Map<number, OffscreenCanvasRenderingContext2D>();
  return (picture: Picture, side: number): ImageData => {
    if (picture instanceof ImageData) return picture;
    const { width, height } = sizeOf(picture);
    const scale = side / Math.max(width, height);
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    let context = canvases.get(side);
    if (!context || context.canvas.width !== w || context.canvas.height !== h) {
      context = new OffscreenCanvas(w, h).getContext("2d", { willReadFrequently: true })!;
      canvases.set(side, context);
    }
    context.drawImage(picture as CanvasImageSource, 0, 0, w, h);
    return context.getImageData(0, 0, w, h);
  };
}

async function start(): Promise<void> {
  const [native] = await Promise.all([nativeDetector(), loadZxing()]);
  const read = createReader(createDraw(), native);
  scope.onmessage = async ({ data: { frame } }) => {
    const begun = performance.now();
    const found = await read(frame).catch(() => []);
    if ("close" in frame) frame.close();
    scope.postMessage({ kind: "read", found, ms: performance.now() - begun });
  };
  scope.postMessage({ kind: "ready", engine: native ? "native+zxing" : "zxing" });
}

start().catch((error: unknown) => scope.postMessage({ kind: "broken", why: String(error) }));
