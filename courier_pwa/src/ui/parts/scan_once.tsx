// A camera that reads one code and is done.

import "../styles/camera.css";

import { tl } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import { useCamera } from "../device/camera.ts";

interface ScanOnceProps {
  readonly label: string;
  /** A code is in view. */
  readonly saw: (text: string) => void;
}

export function ScanOnce({ label, saw }: ScanOnceProps) {
  const { decoder } = useApp();
  const { trouble, video } = useCamera({
    decoder,
    wanted: () => "",
    saw: ([first]) => saw(first!.text),
  });
  return (
    <>
      {trouble.value && (
        <p class="error" role="alert" data-testid="camera-trouble">
          {tl().scan.camera[trouble.value]}
        </p>
      )}
      <div class={trouble.value ? "view hidden" : "view view-once"}>
        <video ref={video} muted playsInline aria-label={label} data-testid="video" />
        <p class="aim">{label}</p>
      </div>
    </>
  );
}
