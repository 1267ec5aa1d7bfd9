// The lamp and the other lens, where the phone has them.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { hasTorch, otherCameras, switchTorch } from "../../camera/stream.ts";
import { tl } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import { Icon } from "./icons.tsx";

/** Buttons over the picture. `reopen` lets go of the camera, so that the chosen one is opened. */
export function CameraTools({ stream, reopen }: { stream: MediaStream; reopen: () => void }) {
  const { settings } = useApp();
  const lit = useSignal(false);
  const others = useSignal<readonly string[]>([]);
  useEffect(() => {
    void otherCameras(stream).then((ids) => (others.value = ids));
  }, [stream]);
  const flip = async (): Promise<void> => {
    if (await switchTorch(stream, !lit.value)) lit.value = !lit.value;
  };
  const change = (): void => {
    settings.camera.value = others.value[0]!;
    reopen();
  };
  return (
    <div class="camera-tools">
      {hasTorch(stream) && (
        <button type="button" aria-pressed={lit.value} data-testid="torch" onClick={() => void flip()}>
          <Icon name="torch" />
          {lit.value ? tl().scan.torchOff : tl().scan.torchOn}
        </button>
      )}
      {others.value.length > 0 && (
        <button type="button" data-testid="lens" onClick={change}>
          <Icon name="lens" />
          {tl().scan.lens}
        </button>
      )}
    </div>
  );
}
