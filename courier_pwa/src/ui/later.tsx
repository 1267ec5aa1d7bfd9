// Screens that are loaded when they are wanted, or when there is nothing else to do. All are kept by
// the service worker, so that this works without a network too.

import { useSignal } from "@preact/signals";
import { Fragment, type ComponentType } from "preact";
import { useEffect } from "preact/hooks";

import { speakMore, t } from "../i18n/index.ts";
import { useApp } from "./context.ts";

/** What a screen is about, as in its address: texts, empty where there is none. */
export interface About {
  readonly about: readonly string[];
}

type Load = () => Promise<ComponentType<About>>;

const SCREENS = {
  round: () => import("./screens/round.tsx").then(({ Round }) => Round),
  scan: () => import("./screens/scan.tsx").then(({ Scan }) => Scan),
  lock: () => import("./screens/lock.tsx").then(({ Lock }) => Lock),
  enrol: () => import("./screens/enrol.tsx").then(({ Enrol }) => Enrol),
  stop: () => import("./screens/stop.tsx").then(({ StopPage }) => StopPage),
  attempt: () => import("./screens/attempt.tsx").then(({ Attempt }) => Attempt),
  code: () => import("./screens/code.tsx").then(({ Code }) => Code),
  finish: () => import("./screens/finish.tsx").then(({ Finish }) => Finish),
  record: () => import("./screens/record.tsx").then(({ Record }) => Record),
  queue: () => import("./screens/queue.tsx").then(({ Queue }) => Queue),
  more: () => import("./screens/more.tsx").then(({ More }) => More),
} satisfies Record<string, Load>;

const loaded = new Map<string, ComponentType<About>>();

/** Load the screen of that name, if there is one to load, so that it is there when it is shown. */
export async function loadScreen(screen: string): Promise<void> {
  if (screen in SCREENS) await load(screen as keyof typeof SCREENS).catch(() => undefined);
}

/** Load every screen, the round's and the camera's first. */
export async function loadAllScreens(): Promise<void> {
  for (const screen of Object.keys(SCREENS)) await loadScreen(screen);
}

/** A screen that may have to be loaded first. */
export function Later({ screen, about }: { screen: keyof typeof SCREENS } & About) {
  const { scanner, withScanner } = useApp();
  const failed = useSignal(false);
  const Screen = useSignal<ComponentType<About>>((scanner.value && loaded.get(screen)) || Fragment);
  const fetch = (): void => {
    failed.value = false;
    Promise.all([load(screen), withScanner()]).then(
      ([component]) => (Screen.value = component),
      () => (failed.value = true),
    );
  };
  useEffect(fetch, []);
  if (failed.value) {
    return (
      <p class="note" role="alert">
        <button type="button" onClick={fetch}>
          {t().retry}
        </button>
      </p>
    );
  }
  const Shown = Screen.value;
  return Shown === Fragment ? <p class="page" aria-busy="true" /> : <Shown about={about} />;
}

async function load(screen: keyof typeof SCREENS): Promise<ComponentType<About>> {
  const [component] = await Promise.all([loaded.get(screen) ?? SCREENS[screen](), speakMore()]);
  loaded.set(screen, component);
  return component;
}
