// Keeps the camera open while the page is seen, and hands on what it sees.

import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

import type { Decoder } from "../../camera/decoder.ts";
import { readFrames } from "../../camera/frames.ts";
import type { Found } from "../../camera/messages.ts";
import { closeCamera, NoCamera, openCamera, type CameraTrouble } from "../../camera/stream.ts";

const LOOK_AGAIN_MS = 1_000;

interface Uses {
  readonly decoder: () => Decoder;
  /** The camera to open; empty: the phone's choice. */
  readonly wanted: () => string;
  /** Codes are in view: at least one. */
  readonly saw: (found: readonly Found[]) => void;
}

/** Return the camera's state and the ref of the element that shows it. */
export function useCamera({ decoder, wanted, saw }: Uses) {
  const stream = useSignal<MediaStream | null>(null);
  const trouble = useSignal<CameraTrouble | null>(null);
  const video = useRef<HTMLVideoElement>(null);
  // Before the page is painted: opening takes longer than that.
  useLayoutEffect(() => keepOpen(stream, trouble, wanted), []);
  useSignalEffect(() => {
    const opened = stream.value;
    const element = video.current;
    if (!opened || !element) return;
    element.srcObject = opened;
    void element.play().catch(() => undefined);
    const stop = readFrames(element, decoder(), (found) => {
      if (found.length) saw(found);
    });
    return () => {
      stop();
      element.srcObject = null;
      closeCamera(opened);
    };
  });
  return { stream, trouble, video };
}

/**
 * Open the camera at first, after a trouble was set aside, and when another app has given it back:
 * whoever comes back from taking a photo need not tap.
 */
function keepOpen(
  stream: Signal<MediaStream | null>,
  trouble: Signal<CameraTrouble | null>,
  wanted: () => string,
): () => void {
  let gone = false;
  let opening = false;
  const open = async (): Promise<void> => {
    if (gone || opening || document.hidden || stream.value) return;
    if (trouble.value && trouble.value !== "busy") return;
    opening = true;
    try {
      const opened = await openCamera(wanted());
      if (gone || document.hidden) closeCamera(opened);
      else [stream.value, trouble.value] = [opened, null];
      opened.getVideoTracks()[0]?.addEventListener("ended", () => (stream.value = null));
    } catch (error) {
      trouble.value = error instanceof NoCamera ? error.trouble : "busy";
    }
    opening = false;
  };
  const seen = (): void => {
    if (document.hidden) stream.value = null;
    else void open();
  };
  document.addEventListener("visibilitychange", seen);
  const again = setInterval(() => void open(), LOOK_AGAIN_MS);
  void open();
  return () => {
    gone = true;
    clearInterval(again);
    document.removeEventListener("visibilitychange", seen);
    stream.value = null;
  };
}
