// Binds the phone to a courier: by the manager's QR code, by its address, or by the typed code.

import "../styles/later.css";

import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { NotEnrolled, type Enrolment } from "../../core.ts";
import { language, tl } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import type { About } from "../later.tsx";
import { canInstall, inWeChat, install, isInstalled } from "../device/installing.ts";
import { Frameless } from "../parts/frameless.tsx";
import { ScanOnce } from "../parts/scan_once.tsx";
import { href, replace } from "../router.ts";

type Trouble = NotEnrolled["reason"] | "not_ours";

export function Enrol({ about: [code = ""] }: About) {
  const { core, justEnrolled } = useApp();
  const { enrol, trouble, working, scanning, asks } = useEnrolling(code);
  if (asks) return <Change of={core.enrolment.value!.courier.name} change={() => void enrol(code)} />;
  if (justEnrolled.value) return <Done enrolment={justEnrolled.value} />;
  return (
    <Frameless title={tl().enrol.title}>
      {inWeChat() && <WeChat />}
      <Languages />
      <p>{tl().enrol.lead}</p>
      <p role="alert" class="error" data-testid="enrol-error">
        {trouble.value && wordsOf(trouble.value)}
      </p>
      <p role="status">{working.value && tl().enrol.working}</p>
      {scanning.value ? <Camera enrol={enrol} trouble={trouble} /> : <OpenCamera open={scanning} />}
      <Typed enrol={enrol} working={working.value} />
      {core.enrolment.value && (
        <p>
          <a href={href("today")} data-testid="enrol-later">
            {tl().enrol.later}
          </a>
        </p>
      )}
    </Frameless>
  );
}

/** Asks before a link changes whose phone this is. */
function Change({ of, change }: { of: string; change: () => void }) {
  const { justEnrolled } = useApp();
  const words = tl().enrol;
  return (
    <Frameless title={words.title}>
      <p>{words.already(of)}</p>
      <button type="button" class="primary big" data-testid="enrol-change" onClick={change}>
        {words.change}
      </button>
      <p>
        <a href={href("today")} data-testid="enrol-later" onClick={() => (justEnrolled.value = null)}>
          {words.later}
        </a>
      </p>
    </Frameless>
  );
}

/**
 * Enrol by a text; at once, where the address brought a code, unless the phone is somebody's in good
 * order: then `asks`.
 */
function useEnrolling(code: string) {
  const { core, justEnrolled, pin } = useApp();
  const trouble = useSignal<Trouble | null>(null);
  const working = useSignal(false);
  const scanning = useSignal(false);
  const agreed = useSignal(false);
  const asks = Boolean(code) && core.enrolment.value?.state === "good" && !agreed.value;
  const enrol = async (text: string): Promise<void> => {
    if (working.value) return;
    working.value = agreed.value = true;
    trouble.value = null;
    scanning.value = false;
    try {
      justEnrolled.value = await core.enrol(text);
      pin.remove();
      // The code is used up: out of the address, and out of the phone's history.
      replace("enrol");
      void core.loadPlan().catch(() => undefined);
    } catch (error) {
      trouble.value = error instanceof NotEnrolled ? error.reason : "storage";
    }
    working.value = false;
  };
  useEffect(() => {
    agreed.value = false;
    if (code && !asks && !inWeChat()) void enrol(code);
  }, [code]);
  return { enrol, trouble, working, scanning, asks };
}

function OpenCamera({ open }: { open: Signal<boolean> }) {
  return (
    <button
      type="button"
      class="primary big"
      data-testid="enrol-scan"
      onClick={() => (open.value = true)}
    >
      {tl().enrol.scan}
    </button>
  );
}

function wordsOf(trouble: Trouble): string {
  return trouble === "not_ours" ? tl().enrol.notOurs : tl().enrol.errors[trouble];
}

function Camera(props: { enrol: (text: string) => Promise<void>; trouble: Signal<Trouble | null> }) {
  const { core } = useApp();
  const saw = async (text: string): Promise<void> => {
    const { kind } = await core.readLabel(text);
    if (kind === "enrolment") void props.enrol(text);
    else props.trouble.value = "not_ours";
  };
  return <ScanOnce label={tl().enrol.aim} saw={(text) => void saw(text)} />;
}

function Typed({ enrol, working }: { enrol: (text: string) => Promise<void>; working: boolean }) {
  const typed = useSignal("");
  return (
    <form
      class="typed-enrolment"
      onSubmit={(event) => {
        event.preventDefault();
        void enrol(typed.value);
      }}
    >
      <label class="field">
        {tl().enrol.orCode}
        <input
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          value={typed.value}
          data-testid="enrol-code"
          onInput={(event) => (typed.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={working || !typed.value.trim()} data-testid="enrol-submit">
        {tl().enrol.submit}
      </button>
    </form>
  );
}

function WeChat() {
  return (
    <div class="note note-warn" role="alert" data-testid="wechat">
      <strong>{tl().enrol.wechat}</strong>
      <p>{tl().enrol.wechatWhy}</p>
    </div>
  );
}

function Languages() {
  const { settings } = useApp();
  const other = language.value === "zh" ? "en" : "zh";
  return (
    <button
      type="button"
      class="quiet language"
      lang={other === "en" ? "en" : "zh-Hans"}
      data-testid="language"
      onClick={() => settings.speak(other)}
    >
      {other === "en" ? "English" : "中文"}
    </button>
  );
}

function Done({ enrolment }: { enrolment: Enrolment }) {
  const { justEnrolled } = useApp();
  const persisted = useSignal<boolean | null>(null);
  const installed = useSignal(isInstalled());
  const words = tl().enrol;
  useEffect(() => {
    void navigator.storage?.persisted?.().then((kept) => (persisted.value = kept));
  }, []);
  const go = (): void => {
    replace("today");
    justEnrolled.value = null;
  };
  return (
    <Frameless title={words.done(enrolment.courier.name)}>
      <section class="card" data-testid="enrolled">
        <h2>{words.install}</h2>
        <p>{words.installWhy}</p>
        {installed.value ? (
          <p class="note note-good">{words.installed}</p>
        ) : canInstall.value ? (
          <button
            type="button"
            onClick={() => void install().then((kept) => (installed.value = kept))}
          >
            {words.installNow}
          </button>
        ) : (
          <p>{words.installHow}</p>
        )}
        {persisted.value !== null && (
          <p class="soft">{persisted.value ? words.persisted : words.notPersisted}</p>
        )}
      </section>
      <button type="button" class="primary big" data-testid="go" onClick={go}>
        {words.go}
      </button>
    </Frameless>
  );
}
