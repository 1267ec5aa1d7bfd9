// The store: what is in it, and how an older one becomes it. Migrations only add stores, indexes and
// fields, so that an older app can go on with a newer store. The tests keep each released version.

import type { DBSchema, IDBPDatabase, IDBPTransaction } from "idb";

import type { Acknowledgement, HeldThere, Words } from "../domain/answers.ts";
import type { Reading } from "../domain/clock.ts";
import type { CourierEvent } from "../domain/events.ts";
import type { Branch, Courier, DayPlan } from "../domain/plan.ts";
import type { Range } from "../domain/ranges.ts";

/** An event, and what has become of it. The event itself never changes. */
export interface EventRecord {
  installation: string;
  seq: number;
  id: string;
  event: CourierEvent;
  /** 1 until the service has acknowledged it; absent from then on. */
  waiting?: 1;
  /** The service's clock when it acknowledged the event. */
  acknowledged?: string;
  state?: Acknowledgement;
  code?: string;
  message?: Words;
  /** The void of this scan. */
  voidedBy?: string;
}

/** What must survive of an installation even where IndexedDB is emptied: a copy is kept apart. */
export interface Identity {
  id: string;
  token: string;
  ticket: string;
  courier: Courier;
  branch: Branch;
  /** The one that new events belong to. */
  current: boolean;
  /** The highest number given out. */
  highest: number;
}

export interface Installation extends Identity {
  /** Why the service refuses its token, while it does. */
  refused?: "revoked_token" | "unknown_token";
  held?: readonly HeldThere[];
  /** Numbers that neither the service nor this phone has. */
  lost?: readonly Range[];
  /** Numbers up to this one were given out before the store was emptied. */
  emptiedAt?: number;
}

export interface ReadingRecord extends Reading {
  installation: string;
  /** Made by the store: the order in which readings were taken. */
  order?: number;
}

export interface PhotoRecord {
  event: string;
  installation: string;
  /** Bytes, not a Blob: browsers have lost Blobs that IndexedDB kept as files. */
  jpeg: ArrayBuffer;
  state: "waiting" | "sent" | "refused";
}

export interface PlanRecord {
  installation: string;
  etag: string | null;
  /** The service's clock is not known here: the device's wall clock, milliseconds. */
  fetched: number;
  plan: DayPlan;
}

/** An enrolment whose answer has not come yet: the same request may be sent again. */
export interface Enrolling {
  code: string;
  installation: string;
  token: string;
}

export interface Lease {
  holder: string;
  until: number;
}

export interface Schema extends DBSchema {
  events: {
    key: [string, number];
    value: EventRecord;
    indexes: { waiting: [string, 1, number]; id: string };
  };
  installations: { key: string; value: Installation };
  readings: {
    key: number;
    value: ReadingRecord;
    indexes: { after: [string, number] };
  };
  photos: { key: string; value: PhotoRecord; indexes: { state: string } };
  meta: { key: string; value: PlanRecord | Enrolling | Lease };
}

export type StoreName = "events" | "installations" | "readings" | "photos" | "meta";
export type Upgrade = (
  database: IDBPDatabase<Schema>,
  transaction: IDBPTransaction<Schema, StoreName[], "versionchange">,
) => void;

/** The step to version n stands at n − 1. */
export const MIGRATIONS: readonly Upgrade[] = [
  function first(database) {
    const events = database.createObjectStore("events", { keyPath: ["installation", "seq"] });
    events.createIndex("waiting", ["installation", "waiting", "seq"]);
    events.createIndex("id", "id");
    database.createObjectStore("installations", { keyPath: "id" });
    const readings = database.createObjectStore("readings", {
      keyPath: "order",
      autoIncrement: true,
    });
    readings.createIndex("after", ["installation", "after"]);
    database.createObjectStore("photos", { keyPath: "event" }).createIndex("state", "state");
    database.createObjectStore("meta");
  },
];
