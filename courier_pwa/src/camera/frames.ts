// From the running picture to the decoder: always the newest frame, never a queue of them.

import type { Decoder } from "./decoder.ts";
import type { Found, Frame } from "./messages.ts";

// A dozen frames a second read a label as soon as 30 do, and leave the battery for the round.
const REST_MS = 80;
const LONGEST_SIDE_WITHOUT_WORKER_CANVAS = 1280;

/** Read frames of `video` until the returned function is called; `saw` gets what is in each. */
export function readFrames(
  video: HTMLVideoElement,
  decoder: Decoder,
  saw: (found: readonly Found[]) => void,
): () => void {
  let running = true;
  const loop = async (): Promise<void> => {
    while (running) {
      await nextFrame(video);
      if (!running) return;
      const frame = decoder.state.value === "ready" ? await grab(video) : null;
      if (frame) {
        const found = await decoder.read(frame);
        if (running) saw(found);
      }
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
  };
  void loop();
  return () => {
    running = false;
  };
}

/** Resolve at the next new frame, or after a while where the browser does not tell. */
function nextFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, 250);
    video.requestVideoFrameCallback?.(() => {
      clearTimeout(patience);
      resolve();
    });
  });
}

/** Return the frame that is shown now, in the cheapest form that this browser's worker can read. */
async function grab(video: HTMLVideoElement): Promise<Frame["frame"] | null> {
  if (!video.videoWidth || document.hidden) return null;
  try {
    if (typeof OffscreenCanvas === "undefined") return pixelsOf(video);
    if (typeof VideoFrame !== "undefined") return new VideoFrame(video);
    return await createImageBitmap(video);
  } catch {
    return null; // between two frames of a camera that is going away
  }
}

let context: CanvasRenderingContext2D | null = null;

function pixelsOf(video: HTMLVideoElement): ImageData {
  const longest = Math.max(video.videoWidth, video.videoHeight);
  const scale = Math.min(1, LONGEST_SIDE_WITHOUT_WORKER_CANVAS / longest);
  context ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  context.canvas.width = Math.round(video.videoWidth * scale);
  context.canvas.height = Math.round(video.videoHeight * scale);
  const { width, height } = context.canvas;
  context.drawImage(video, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
