// What screens and tests use of the core. Nothing here touches the DOM.

import type { ReadonlySignal } from "@preact/signals-core";

import type { CourierEvent, Draft, Item, Position } from "./domain/events.ts";
import type { Branch, Courier, DayPlan, PlanPoint } from "./domain/plan.ts";
import { CourierCore } from "./core/courier_core.ts";
import type { WeekRecord, Words } from "./domain/answers.ts";
import type { OwedThere } from "./domain/owed.ts";
import type { Environment } from "./environment.ts";
import type { Loaded } from "./net/plan.ts";

export { NotEnrolled, NotRecorded } from "./core/errors.ts";
export type { NotEnrolledReason, NotRecordedReason } from "./core/errors.ts";
export type { WeekRecord, Words } from "./domain/answers.ts";
export type { OwedThere } from "./domain/owed.ts";
export { browserEnvironment, type Environment } from "./environment.ts";
export type { Loaded } from "./net/plan.ts";
export type * from "./domain/events.ts";
export type * from "./domain/plan.ts";

export type EventState = "pending" | "accepted" | "held" | "set_aside";

/** An event as the phone keeps it. `state` is what the service last said of it. */
export interface StoredEvent {
  readonly installation: string;
  readonly id: string;
  readonly seq: number;
  readonly event: CourierEvent;
  readonly state: EventState;
  /** Why it is held, where it is. */
  readonly code?: string;
  readonly message?: Words;
  /** The void of this scan, where the phone has one. */
  readonly voidedBy?: string;
}

/** Recorded: written with strict durability and read back. */
export type Recorded = StoredEvent;

export interface Enrolment {
  readonly installation: string;
  readonly courier: Courier;
  readonly branch: Branch;
  /** `enrol_again`: the service refuses this phone; the queue is kept. */
  readonly state: "good" | "enrol_again";
  readonly why?: "revoked_token" | "unknown_token";
}

/** One installation's queue on this phone. */
export interface Queue {
  readonly installation: string;
  readonly courier: Courier;
  readonly current: boolean;
  readonly waiting: number;
}

export interface SyncState {
  readonly phase: "idle" | "sending" | "waiting";
  /** Wall clock of the last sync that the service answered, milliseconds; null: not in this life. */
  readonly lastSuccess: number | null;
  /** Wall clock of the next try, while `waiting`. */
  readonly nextTry: number | null;
  readonly problem: SyncProblem | null;
}

/** `no_answer`: no network, or something between us and the service; `refused`: the service's. */
export type SyncProblem = "no_answer" | "busy" | "refused" | "enrol_again" | "storage";

export interface Held {
  readonly installation: string;
  readonly id: string;
  readonly seq: number;
  readonly code: string;
  readonly message: Words;
}

/** Numbers that neither the service nor the phone has any more: `[first, last]` of each range. */
export interface Lost {
  readonly installation: string;
  readonly ranges: readonly (readonly [number, number])[];
}

/**
 * `good`; `emptied`: it came back empty, numbering went on from the surviving copy (until the
 * courier has been told: `core.acknowledgeLoss()`); `broken`: does not open or answer; `full`.
 */
export type StorageState = "good" | "emptied" | "broken" | "full";

/** What a QR code is to us. `foreign`: ignore it politely. */
export type LabelRead =
  | { readonly kind: "foreign" }
  | { readonly kind: "enrolment"; readonly code: string }
  | {
      readonly kind: "label";
      readonly token: string;
      readonly point: PlanPoint | null;
      readonly retired: boolean;
    };

export interface Core {
  readonly plan: ReadonlySignal<DayPlan | null>;
  /** How many events, of all installations on this phone, the service has not acknowledged. */
  readonly waiting: ReadonlySignal<number>;
  readonly queues: ReadonlySignal<readonly Queue[]>;
  readonly syncState: ReadonlySignal<SyncState>;
  readonly held: ReadonlySignal<readonly Held[]>;
  readonly lost: ReadonlySignal<readonly Lost[]>;
  readonly enrolment: ReadonlySignal<Enrolment | null>;
  readonly storage: ReadonlySignal<StorageState>;
  /** Grows by one with every change of events or plan, of this tab or another: read it in computeds. */
  readonly changes: ReadonlySignal<number>;
  /** Records in the store that cannot be read as events: never sent, saved with the queue. */
  readonly unreadable: ReadonlySignal<number>;

  /** Bind this phone: by the text of the manager's QR code, or its code alone. Throws NotEnrolled. */
  enrol(codeOrUrl: string): Promise<Enrolment>;
  /** Resolves once the event is recorded, within 3 s; else throws NotRecorded. */
  record(draft: Draft): Promise<Recorded>;
  /** Void a scan and, where items remain, scan anew with its label, code and point: both or none. */
  correct(
    scanId: string,
    items: readonly Item[],
    position?: Position,
  ): Promise<{ readonly void: Recorded; readonly scan: Recorded | null }>;
  /** Keep the photo (JPEG, at most 1 MiB) of an attempt; it travels by itself. Throws NotRecorded. */
  attachPhoto(eventId: string, photo: Blob): Promise<void>;

  loadPlan(): Promise<Loaded>;
  /** The courier's rates by week, straight from the service; null without an answer. */
  loadRecord(): Promise<readonly WeekRecord[] | null>;

  /** What a scanned text is: enrolment, label (the plan's or at least of our host), or foreign. */
  readLabel(text: string): Promise<LabelRead>;
  /** The plan's point with that short code (case, blanks and look-alike letters are forgiven). */
  readShortCode(text: string): Promise<{ code: string; point: PlanPoint | null } | null>;
  /** What `point` is owed on a round of `date` (YYYY-MM-DD): of that day, and older. */
  owedAt(point: string, date: string): OwedThere;
  /** This phone's events of a local day of the branch, in the order of recording. */
  events(day: string): readonly StoredEvent[];
  /** All events on this phone that the service has not acknowledged, the newest first. */
  unsent(): readonly StoredEvent[];
  /** Today in the branch's time zone, by the device's clock. */
  today(): string;

  /** The contract's queue file of one installation: by default the current one's, else any waiting. */
  saveQueue(installation?: string): Promise<Blob>;
  /** Try to sync now, whatever the backoff; resolves when that try has ended. */
  retryNow(): Promise<void>;
  /** Log out: the enrolment is set aside, its queue is kept and goes on being sent. */
  leave(): Promise<void>;
  /** The courier has been told that the storage was emptied. */
  acknowledgeLoss(): Promise<void>;
  /** Let go of storage, timers, listeners. Nothing is lost by not calling it. */
  close(): Promise<void>;
}

/** Return the core, whatever state the storage is in; it begins to sync by itself. */
export async function createCore(environment: Environment): Promise<Core> {
  const core = new CourierCore(environment);
  await core.start();
  return core;
}
