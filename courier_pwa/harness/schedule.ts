/** Schedules and reports, as the tests in Python write and read them. Times are milliseconds. */
import type { Draft, Item } from "../src/core.ts";
import type { StorageFault } from "./storage.ts";
import type { Weather } from "./network.ts";

export interface Schedule {
  readonly seed: number;
  /** True time at the beginning, since 1970. */
  readonly start: number;
  readonly phones: readonly { readonly skew: number; readonly twin: number }[];
  readonly steps: readonly Step[];
  /** Who takes each phone in the end, where it must be enrolled again. */
  readonly heirs: readonly string[];
  /** How long the app is open before all is well again. */
  readonly waits: number;
  /** The service loses events that it had: phones learn of it only when they ask. */
  readonly restored: boolean;
  /** Whether phones get a day plan; it costs time, and no event depends on it. */
  readonly plans: boolean;
}

interface At {
  /** After the start. */
  readonly at: number;
  /** The next step does not wait for this one. */
  readonly together?: true;
}

interface OnPhone extends At {
  readonly phone: number;
}

export type PhoneStep = OnPhone &
  (
    | { readonly do: "open" | "kill" | "close" | "look" | "tap"; readonly tab: string }
    | { readonly do: "enrol"; readonly tab: string; readonly courier: string }
    | { readonly do: "leave" | "photo"; readonly tab: string }
    | { readonly do: "record"; readonly tab: string; readonly name: string; readonly draft: Draft }
    | {
        readonly do: "void" | "correct";
        readonly tab: string;
        readonly name: string;
        readonly of: string;
        readonly items: readonly Item[];
      }
    | { readonly do: "revoke" | "battery" | "empty" | "online" | "heal" }
    | { readonly do: "jump" | "sleep"; readonly by: number }
    /** The clock is set right, and random bytes are those of the seed from now on. */
    | { readonly do: "chance"; readonly seed: number }
    | { readonly do: "weather"; readonly weather: Partial<Weather> }
    | { readonly do: "storage"; readonly fault: StorageFault }
    | { readonly do: "disconnect"; readonly told: boolean }
  );

/** What happens to the service; the test that runs it obeys. */
export type ServiceStep = At & { readonly do: "service"; readonly what: string; readonly [more: string]: unknown };

export type Step = PhoneStep | ServiceStep;

/** One try to record an event. */
export interface Told {
  readonly name: string;
  readonly phone: number;
  /** Who had the phone. */
  readonly courier: string | null;
  readonly outcome: "recorded" | "refused" | "silent" | "killed";
  readonly reason?: string;
  /** The event as the core returned it. */
  readonly installation?: string;
  readonly id?: string;
  readonly seq?: number;
  /** True time before and after. */
  readonly from: number;
  readonly to: number;
}

export interface Report {
  readonly seed: number;
  readonly told: Told[];
  /** Ids that the app showed as events at any time. */
  readonly shown: { readonly phone: number; readonly ids: string[] }[];
  readonly phones: PhoneReport[];
  /** What the harness itself holds against the app. */
  readonly complaints: string[];
  readonly log: string[];
}

export interface PhoneReport {
  readonly waiting: number;
  /** How long after healing the queue was empty; null: never. */
  readonly emptyAfter: number | null;
  readonly queues: unknown;
  readonly held: unknown;
  readonly lost: unknown;
  readonly unreadable: number;
  readonly enrolment: unknown;
  readonly syncState: unknown;
  /** The phone's storage was emptied with events in it. */
  readonly emptied: boolean;
}
