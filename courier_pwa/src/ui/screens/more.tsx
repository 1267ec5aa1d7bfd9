// The state of this phone, and its settings.

import "../styles/later.css";

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { ComponentChildren } from "preact";

import { clock, language, t, type Language, tl } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import { Digits } from "../parts/digits.tsx";
import { Frame } from "../parts/frame.tsx";
import { Icon } from "../parts/icons.tsx";
import { href, replace } from "../router.ts";
import type { Theme } from "../settings.ts";

declare const __APP_VERSION__: string;

const THEMES: readonly Theme[] = ["auto", "light", "dark", "sun"];
const LANGUAGES: readonly (readonly [Language, string])[] = [
  ["zh", "中文"],
  ["en", "English"],
];

export function More() {
  return (
    <Frame title={tl().more.title} back={["today"]}>
      <Links />
      <Settings />
      <PinSetting />
      <Phone />
      <Leave />
    </Frame>
  );
}

function Links() {
  const { core } = useApp();
  const links = [
    ["queue", `${tl().queue.title} · ${core.waiting.value}`],
    ["record", tl().record.title],
    ["code", tl().code.title],
  ] as const;
  return (
    <ul class="plain">
      {links.map(([screen, words]) => (
        <li key={screen}>
          <a class="row-link" href={href(screen)} data-testid={`to-${screen}`}>
            {words}
            <Icon name="right" />
          </a>
        </li>
      ))}
    </ul>
  );
}

function Settings() {
  const { settings, cues } = useApp();
  const words = tl().more;
  return (
    <section aria-labelledby="settings">
      <h2 id="settings">{words.settings}</h2>
      <Choice
        label={words.languages}
        options={LANGUAGES}
        chosen={language.value}
        choose={(choice) => settings.speak(choice)}
      />
      <Choice
        label={words.theme}
        options={THEMES.map((theme) => [theme, words.themes[theme]] as const)}
        chosen={settings.theme.value}
        choose={(choice) => (settings.theme.value = choice)}
      />
      <Choice
        label={words.sound}
        options={[
          ["on", words.soundOn],
          ["off", words.soundOff],
        ]}
        chosen={settings.quiet.value ? "off" : "on"}
        choose={(choice) => (settings.quiet.value = choice === "off")}
      />
      <p class="soft">{words.soundTry}</p>
      <div class="tabs">
        {(["recorded", "again", "failed"] as const).map((cue) => (
          <button key={cue} type="button" onClick={() => cues.give(cue)}>
            {words.sounds[cue]}
          </button>
        ))}
      </div>
    </section>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [T, string])[];
  readonly chosen: T;
  readonly choose: (choice: T) => void;
}

function Choice<T extends string>({ label, options, chosen, choose }: ChoiceProps<T>) {
  return (
    <div class="setting">
      <span id={label}>{label}</span>
      <div class="tabs" role="group" aria-labelledby={label}>
        {options.map(([value, words]) => (
          <button
            key={value}
            type="button"
            aria-pressed={chosen === value}
            data-testid={`set-${value}`}
            onClick={() => choose(value)}
          >
            {words}
          </button>
        ))}
      </div>
    </div>
  );
}

function PinSetting() {
  const { pin } = useApp();
  const words = tl().pin;
  const choosing = useSignal(false);
  const set = async (digits: string): Promise<void> => {
    choosing.value = !(await pin.set(digits));
  };
  return (
    <section aria-labelledby="pin-title">
      <h2 id="pin-title">{words.title}</h2>
      <p class="soft">{words.lead}</p>
      {pin.isSet.value ? (
        <button type="button" data-testid="pin-remove" onClick={() => pin.remove()}>
          {words.remove}
        </button>
      ) : choosing.value ? (
        <Digits label={words.enter} submit={words.set} done={set} />
      ) : (
        <button type="button" data-testid="pin-set" onClick={() => (choosing.value = true)}>
          {words.set}
        </button>
      )}
    </section>
  );
}

function Phone() {
  const { core, positions } = useApp();
  const words = tl().more;
  const persisted = useSignal<"yes" | "no" | "unknown">("unknown");
  useEffect(() => {
    void navigator.storage?.persisted?.().then((kept) => (persisted.value = kept ? "yes" : "no"));
  }, []);
  const enrolment = core.enrolment.value;
  const last = core.syncState.value.lastSuccess;
  const permission = positions.permission.value;
  return (
    <section aria-labelledby="phone">
      <h2 id="phone">{words.phone}</h2>
      <dl class="facts" data-testid="phone">
        <Fact term={words.enrolled}>
          {enrolment ? `${enrolment.courier.name} (${enrolment.courier.code})` : "–"}
        </Fact>
        <Fact term={words.branch}>{enrolment?.branch.name ?? "–"}</Fact>
        <Fact term={words.storage}>{words.storages[core.storage.value]}</Fact>
        <Fact term={words.persistent}>{words.persistents[persisted.value]}</Fact>
        <Fact term={words.sending}>
          {last === null ? tl().queue.neverSynced : tl().queue.lastSync(clock(last))}
        </Fact>
        <Fact term={words.position}>
          {words.positions[permission]}{" "}
          {permission !== "granted" && (
            <button type="button" data-testid="ask-position" onClick={() => positions.ask()}>
              {words.positionAsk}
            </button>
          )}
        </Fact>
        <Fact term={words.version}>{__APP_VERSION__}</Fact>
      </dl>
    </section>
  );
}

function Fact({ term, children }: { term: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Leave() {
  const { core } = useApp();
  const sure = useSignal(false);
  const words = tl().more;
  const leave = async (): Promise<void> => {
    await core.leave();
    replace("enrol");
  };
  return (
    <section class="leave">
      <p class="soft">{words.leaveWhy}</p>
      {sure.value ? (
        <div class="tabs">
          <button type="button" class="danger" data-testid="leave-sure" onClick={() => void leave()}>
            {words.leaveSure}
          </button>
          <button type="button" onClick={() => (sure.value = false)}>
            {t().cancel}
          </button>
        </div>
      ) : (
        <button type="button" data-testid="leave" onClick={() => (sure.value = true)}>
          {words.leave}
        </button>
      )}
    </section>
  );
}
