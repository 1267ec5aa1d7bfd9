// A camera that reads one code and is done.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { readFrames } from "../../camera/frames.ts";
import { closeCamera, NoCamera, openCamera, type CameraTrouble } from "../../camera/stream.ts";
import { tl } from "../../i18n/index.ts";
import { useApp } from "../context.ts";

interface ScanOnceProps {
  readonly label: string;
  /** Tells whether the text was what is looked for. */
  readonly saw: (text: string) => Promise<boolean>;
}

export function ScanOnce({ label, saw }: ScanOnceProps) {
  const { decoder } = useApp();
  const video = useRef<HTMLVideoElement>(null);
  const trouble = useSignal<CameraTrouble | null>(null);
  useEffect(() => {
    let close = (): void => undefined;
    let gone = false;
    const open = async (): Promise<void> => {
      try {
        const stream = await openCamera();
        const element = video.current;
        if (gone || !element) return closeCamera(stream);
        element.srcObject = stream;
        void element.play().catch(() => undefined);
        const stop = readFrames(element, decoder(), (found) => {
          if (found[0]) void saw(found[0].text).then((done) => done && close());
        });
        close = () => {
          stop();
          closeCamera(stream);
        };
      } catch (error) {
        trouble.value = error instanceof NoCamera ? error.trouble : "busy";
      }
    };
    void open();
    return () => {
      gone = true;
      close();
    };
  }, []);
  if (trouble.value) {
    return (
      <p class="error" role="alert" data-testid="camera-trouble">
        {tl().scan.camera[trouble.value]}
      </p>
    );
  }
  return (
    <div class="view view-once">
      <video ref={video} muted playsInline aria-label={label} data-testid="video" />
      <p class="aim">{label}</p>
    </div>
  );
}
