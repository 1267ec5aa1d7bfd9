// What the courier must know on every screen, worst first.

import { signal } from "@preact/signals";

import { t } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import { href } from "../router.ts";
import { Icon } from "./icons.tsx";

const putOff = signal(false);

/** The banners that apply now. */
export function Banners() {
  const { core, scanner } = useApp();
  const words = t().banner;
  const failed = scanner.value?.failed.value.length ?? 0;
  const storage = core.storage.value;
  return (
    <div class="banners">
      <div role="alert">
        {storage === "broken" && <p class="banner banner-bad">{words.broken}</p>}
        {storage === "full" && <p class="banner banner-bad">{words.full}</p>}
        {failed > 0 && (
          <p class="banner banner-bad" data-testid="not-recorded">
            <Icon name="warn" />
            <span>{words.notRecorded(failed)}</span>
            <button type="button" data-testid="retry-all" onClick={() => void scanner.value?.retry()}>
              {t().retry}
            </button>
          </p>
        )}
      </div>
      {storage === "emptied" && (
        <p class="banner banner-warn" data-testid="emptied">
          <span>{words.emptied}</span>
          <button type="button" onClick={() => void core.acknowledgeLoss()}>
            {words.emptiedDo}
          </button>
        </p>
      )}
      {core.enrolment.value?.state === "enrol_again" && (
        <p class="banner banner-warn" data-testid="enrol-again">
          <span>{words.enrolAgain}</span>
          <a href={href("enrol")}>{words.enrolAgainDo}</a>
        </p>
      )}
      <UpdateBanner />
    </div>
  );
}

function UpdateBanner() {
  const { update, scanner } = useApp();
  const words = t().banner;
  if (!update.ready.value || putOff.value) return null;
  const take = async (): Promise<void> => {
    await scanner.value?.keepChange();
    update.take();
  };
  return (
    <p class="banner" role="status" data-testid="update">
      <span>{words.update}</span>
      <button type="button" data-testid="update-now" onClick={() => void take()}>
        {words.updateNow}
      </button>
      <button
        type="button"
        data-testid="update-later"
        onClick={() => {
          putOff.value = true;
        }}
      >
        {words.updateLater}
      </button>
    </p>
  );
}
