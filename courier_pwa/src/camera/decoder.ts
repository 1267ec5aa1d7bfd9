// The page's side of the decoder's worker: one frame at a time, started early and kept.

import { signal, type ReadonlySignal } from "@preact/signals";

import type { Answer, Found, Frame } from "./messages.ts";

export type DecoderState = "loading" | "ready" | "broken";

export interface Decoder {
  readonly state: ReadonlySignal<DecoderState>;
  /** Read a frame; it belongs to the decoder from then on. Resolves to nothing where it cannot. */
  read(frame: Frame["frame"]): Promise<readonly Found[]>;
  /** Start again after a failure (the decoder could not be loaded, say). */
  restart(): void;
}

// Far more than the slowest look at a frame takes: a worker that the phone has ended says nothing.
const PATIENCE_MS = 10_000;

/** Start the decoder's worker. */
export function createDecoder(): Decoder {
  const state = signal<DecoderState>("loading");
  let worker: Worker;
  let answer: ((found: readonly Found[]) => void) | null = null;
  let silent: ReturnType<typeof setTimeout> | undefined;

  const settle = (found: readonly Found[]): void => {
    clearTimeout(silent);
    answer?.(found);
    answer = null;
  };
  const broken = (): void => {
    state.value = "broken";
    settle([]);
  };
  const launch = (): void => {
    state.value = "loading";
    worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data.kind === "read") settle(data.found);
      else if (data.kind === "ready") state.value = "ready";
      else broken();
    };
    worker.onerror = broken;
  };
  const restart = (): void => {
    worker.terminate();
    settle([]);
    launch();
  };
  launch();
  return {
    state,
    read: (frame) =>
      new Promise((resolve) => {
        answer = resolve;
        clearTimeout(silent);
        silent = setTimeout(restart, PATIENCE_MS);
        worker.postMessage({ frame }, transferOf(frame));
      }),
    restart,
  };
}

function transferOf(frame: Frame["frame"]): Transferable[] {
  return frame instanceof ImageData ? [frame.data.buffer] : [frame];
}
