// Reading event records back, whatever is in the store.

import { isFields, isOrdinal } from "../domain/guards.ts";
import type { Reader, Writer } from "./database.ts";
import type { EventRecord, ReadingRecord } from "./schema.ts";

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Return the record of an event that can be sent and recognised in an answer; null for one that
 * cannot. What else is wrong with an event, the service finds and holds.
 */
export function eventRecord(value: unknown): EventRecord | null {
  if (!isFields(value)) return null;
  const { id, seq, event } = value;
  const whole =
    typeof id === "string" &&
    ID.test(id) &&
    isOrdinal(seq) &&
    isFields(event) &&
    event["id"] === id &&
    event["seq"] === seq;
  return whole ? (value as unknown as EventRecord) : null;
}

/** Every number of an installation from `first` to `last`. */
export function numbers(installation: string, first = 0, last = Infinity): IDBKeyRange {
  return IDBKeyRange.bound([installation, first], [installation, last]);
}

/** The same in the index of events that wait. */
export function waitingNumbers(installation: string, first = 0, last = Infinity): IDBKeyRange {
  return IDBKeyRange.bound([installation, 1, first], [installation, 1, last]);
}

/** Return the events of an installation that wait, lowest numbers first, readable ones only. */
export async function waitingOf(
  transaction: Reader | Writer,
  installation: string,
): Promise<EventRecord[]> {
  const index = transaction.objectStore("events").index("waiting");
  const found = await index.getAll(waitingNumbers(installation));
  return found.map(eventRecord).filter((record) => record !== null);
}

/** Tell whether a reading can be sent. */
export function isReading(value: ReadingRecord): boolean {
  return (
    typeof value.life === "string" &&
    Number.isFinite(value.mono) &&
    typeof value.at === "string" &&
    Number.isFinite(value.offset_ms) &&
    Number.isFinite(value.error_ms) &&
    Number.isFinite(value.after)
  );
}
