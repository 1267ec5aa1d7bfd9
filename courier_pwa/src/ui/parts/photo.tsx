// Takes a photo with the phone's own camera app and shows it.

import { useEffect, useRef } from "preact/hooks";

import { tl } from "../../i18n/index.ts";
import { Icon } from "./icons.tsx";

interface PhotoProps {
  readonly photo: Blob | "failed" | null;
  readonly take: (file: Blob) => Promise<void>;
}

export function Photo({ photo, take }: PhotoProps) {
  const words = tl().attempt;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    // Drawn, not linked: a blob: address would need an exception in the content security policy.
    if (!(photo instanceof Blob)) return;
    void createImageBitmap(photo).then((bitmap) => {
      const element = canvas.current;
      if (!element) return;
      element.width = 240;
      element.height = Math.round((240 * bitmap.height) / bitmap.width);
      element.getContext("2d")?.drawImage(bitmap, 0, 0, element.width, element.height);
    });
  }, [photo]);
  return (
    <div class="photo">
      <label class="button">
        <Icon name="photo" />
        {photo ? words.photoAgain : words.photo}
        <input
          type="file"
          class="hidden"
          accept="image/*"
          capture="environment"
          data-testid="photo"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) void take(file);
          }}
        />
      </label>
      <p role="status">
        {photo === "failed" && <span class="error">{words.photoFailed}</span>}
        {photo instanceof Blob && words.photoReady}
      </p>
      {photo instanceof Blob && <canvas ref={canvas} role="img" aria-label={words.photoAlt} />}
    </div>
  );
}
