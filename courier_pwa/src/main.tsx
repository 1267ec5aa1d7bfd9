// Where the app begins: the core, the screens over it, updates. One shared stylesheet.

import "./ui/styles/app.css";

import { computed, effect, signal } from "@preact/signals";
import { render } from "preact";

import { createDecoder, type Decoder } from "./camera/decoder.ts";
import { openAhead } from "./camera/stream.ts";
import { browserEnvironment, createCore, type Core } from "./core.ts";
import { localDay } from "./domain/days.ts";
import { timeZone } from "./i18n/index.ts";
import { Positions } from "./position.ts";
import { createCues, type Cues } from "./sound.ts";
import { survivors } from "./storage/survivors.ts";
import { Screens } from "./ui/app.tsx";
import { AppContext, type App } from "./ui/context.ts";
import { loadAllScreens, loadScreen } from "./ui/later.tsx";
import { listenForInstalling } from "./ui/device/installing.ts";
import { createPin, lockWhenAway, pinStore, type Pin } from "./ui/device/pin.ts";
import { currentRound, pointsOf, roundsByDay } from "./ui/logic/rounds.ts";
import type { Scanner } from "./ui/scanning/scanner.ts";
import { followAddress, route } from "./ui/router.ts";
import { chosenCamera, createSettings } from "./ui/settings.ts";
import { watchUpdates } from "./update.ts";

const MINUTE_MS = 60_000;
const PARTS_MS = 10_000;

// Before anything that may take its time: another tab may let an update take over at any moment.
const updates = watchUpdates();
const loadScanner = () => import("./ui/scanning/scanner.ts");
let started: Decoder | null = null;
const decoder = (): Decoder => (started ??= createDecoder());
/** Whether all that is loaded later has been, or has had its time. */
const complete = signal(false);

async function start(): Promise<void> {
  performance.mark("jianbao:start");
  // What takes longest begins first: the queue is opened while words and screens are loaded.
  const environment = browserEnvironment();
  const opening = createCore(environment);
  const pin = createPin(pinStore());
  const owner = survivors(environment).find(({ current }) => current);
  const camera = route.value[0] === "scan";
  if (camera) {
    decoder();
    if (owner !== undefined && !pin.locked.value) openAhead(chosenCamera());
  }
  listenForInstalling();
  followAddress();
  // A time zone's calendar takes its time to be read, and there is nothing else to do yet.
  if (owner !== undefined) localDay(environment.now(), owner.branch.timezone);
  const [, settings, core] = await Promise.all([
    loadScreen(route.value[0]),
    createSettings(),
    opening,
    camera && loadScanner().catch(() => undefined),
  ]);
  performance.mark("jianbao:core");
  const app = appOf(core, settings, pin);
  if (camera) await app.withScanner().catch(() => undefined);
  render(
    <AppContext.Provider value={app}>
      <Screens />
    </AppContext.Provider>,
    document.getElementById("app")!,
  );
  // Elsewhere when there is nothing else to do, so that the camera's page finds it ready.
  (globalThis.requestIdleCallback ?? setTimeout)(() => void loadTheRest(app));
}

async function loadTheRest(app: App): Promise<void> {
  const parts = Promise.allSettled([isLoaded(decoder()), loadAllScreens(), app.withScanner()]);
  await Promise.race([parts, new Promise((done) => setTimeout(done, PARTS_MS))]);
  complete.value = true;
}

function isLoaded({ state }: Decoder): Promise<void> {
  return new Promise((done) => effect(() => void (state.value !== "loading" && done())));
}

function appOf(core: Core, settings: App["settings"], pin: Pin): App {
  const positions = new Positions();
  const cues = createCues(() => settings.quiet.value);
  lockWhenAway(pin);
  followPlan(core, settings);
  // Chromium may let a worker wait for minutes when a part is asked for while it takes over.
  const ready = computed(() => complete.value && updates.waiting.value);
  const update = { ready, take: updates.takeOver };
  const own = { core, settings, positions, cues, pin, decoder, update };
  const scanning = scanningWith(core, cues, positions);
  return { ...own, ...scanning, justEnrolled: signal(null), ...dayOf(core) };
}

function scanningWith(
  core: Core,
  cues: Cues,
  positions: Positions,
): Pick<App, "scanner" | "withScanner"> {
  const scanner = signal<Scanner | null>(null);
  let owner = core.enrolment.value?.installation;
  effect(() => {
    const now = core.enrolment.value?.installation;
    if (now !== owner) scanner.peek()?.forget();
    owner = now;
  });
  const withScanner = async (): Promise<void> => {
    const { Scanner } = await loadScanner();
    scanner.value ??= new Scanner({
      core,
      cue: cues.give,
      position: () => positions.now(),
      mono: () => performance.now(),
      after: (callback, milliseconds) => void setTimeout(callback, milliseconds),
    });
  };
  return { scanner, withScanner };
}

/** What follows from the plan, the events and the clock. */
function dayOf(core: Core): Pick<App, "today" | "points" | "events" | "round" | "titles"> {
  const { plan } = core;
  const minutes = signal(0);
  setInterval(() => (minutes.value += 1), MINUTE_MS);
  const today = computed(() => {
    void minutes.value;
    void plan.value;
    return core.today();
  });
  const events = computed(() => {
    void core.changes.value;
    return core.events(today.value);
  });
  const round = computed(() => {
    const rounds = plan.value ? roundsByDay(plan.value, today.value).today : [];
    return currentRound(rounds, events.value);
  });
  const points = computed(() => pointsOf(plan.value));
  const titles = computed(() => new Map(plan.value?.titles.map(({ code, name }) => [code, name])));
  return { today, points, events, round, titles };
}

/** Speak in the branch's time zone; remember when a new plan came. */
function followPlan({ plan, enrolment }: Core, settings: App["settings"]): void {
  let before = plan.value;
  effect(() => {
    timeZone.value = (plan.value ?? enrolment.value)?.branch.timezone;
    if (plan.value && plan.value !== before) settings.planLoaded.value = Date.now();
    before = plan.value;
  });
}

void start();
