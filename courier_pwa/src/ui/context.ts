// What every screen may use.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ReadonlySignal, Signal } from "@preact/signals";

import type { Decoder } from "../camera/decoder.ts";
import type { Core, Enrolment, PlanPoint, PlanRound, StoredEvent } from "../core.ts";
import type { Positions } from "../position.ts";
import type { Cues } from "../sound.ts";
import type { Pin } from "./device/pin.ts";
import type { Scanner } from "./scanning/scanner.ts";
import type { Settings } from "./settings.ts";

/** A newer version of the app, fetched and waiting for the courier's consent. */
export interface Update {
  readonly ready: ReadonlySignal<boolean>;
  take(): void;
}

export interface App {
  readonly core: Core;
  /** Null until it is loaded: `withScanner`. */
  readonly scanner: ReadonlySignal<Scanner | null>;
  /** Load the scanner, once. */
  withScanner(): Promise<void>;
  readonly decoder: () => Decoder;
  readonly positions: Positions;
  readonly cues: Cues;
  readonly settings: Settings;
  readonly pin: Pin;
  readonly update: Update;
  /** An enrolment of this life whose advice has not been read yet. */
  readonly justEnrolled: Signal<Enrolment | null>;
  /** Today in the branch's time zone. */
  readonly today: ReadonlySignal<string>;
  readonly points: ReadonlySignal<ReadonlyMap<string, PlanPoint>>;
  /** This phone's events of today. */
  readonly events: ReadonlySignal<readonly StoredEvent[]>;
  /** The round of today that the courier is on. */
  readonly round: ReadonlySignal<PlanRound | null>;
  readonly titles: ReadonlySignal<ReadonlyMap<string, string>>;
}

export const AppContext = createContext<App | null>(null);

/** Return the app's parts. */
export function useApp(): App {
  return useContext(AppContext)!;
}

/** Return the scanner, on the screens that are loaded with it (later.tsx). */
export function useScanner(): Scanner {
  return useApp().scanner.value!;
}
