// What an answer of the service changes in the store.

import type { Result, SyncAnswer } from "../domain/answers.ts";
import { gaps, holds, rangesOf, union, type Range } from "../domain/ranges.ts";
import type { Database, Writer } from "./database.ts";
import { eventRecord, numbers, waitingNumbers } from "./records.ts";
import type { EventRecord } from "./schema.ts";

const KEPT_MS = 30 * 24 * 60 * 60_000;
const FORGOTTEN_AT_ONCE = 500;

/** Whom the answer is about, what the request said, and whether its own token was accepted. */
export interface About {
  readonly id: string;
  readonly highest: number;
  readonly itself: boolean;
}

/**
 * Mark as acknowledged what the answer acknowledges, let wait again what the service turns out not
 * to hold, note what neither has. Return the records that are not what they were.
 */
export async function settle(
  database: Database,
  { id, highest, itself }: About,
  answer: SyncAnswer,
): Promise<EventRecord[]> {
  return database.note(["events", "installations", "photos"], async (transaction) => {
    const acknowledged = await acknowledge(transaction, id, answer);
    const decided = await askAgain(transaction, id, answer);
    const missing = union([...gaps(answer.have, highest), ...answer.missing]);
    const { again, lost } = await offerAgain(transaction, id, missing, answer);
    const store = transaction.objectStore("installations");
    const known = await store.get(id);
    if (known !== undefined) {
      const { refused, ...rest } = known;
      // The service may know of numbers that an emptied store has forgotten.
      const given = Math.max(0, ...[...answer.have, ...answer.missing].map(([, last]) => last));
      await store.put({
        ...rest,
        ...(refused !== undefined && !itself && { refused }),
        held: answer.held,
        lost,
        highest: Math.max(known.highest, given),
      });
    }
    return [...acknowledged, ...decided, ...again];
  });
}

async function acknowledge(
  transaction: Writer,
  installation: string,
  answer: SyncAnswer,
): Promise<EventRecord[]> {
  const events = transaction.objectStore("events");
  const changed: EventRecord[] = [];
  for (const result of answer.results) {
    const record = eventRecord(await events.get([installation, result.seq]));
    if (record === null || record.id !== result.id) continue;
    const { waiting: _, ...rest } = record;
    const done = { ...withState(rest, result), acknowledged: answer.now };
    await events.put(done);
    changed.push(done);
  }
  return changed;
}

function withState(record: EventRecord, { state, code, message }: Partial<Result>): EventRecord {
  const { code: _, message: __, ...rest } = record;
  return {
    ...rest,
    ...(state && { state }),
    ...(code && { code }),
    ...(message && { message }),
  };
}

/** What was held and is no longer has been decided about: offered again, it is told how. */
async function askAgain(
  transaction: Writer,
  installation: string,
  answer: SyncAnswer,
): Promise<EventRecord[]> {
  const store = transaction.objectStore("installations");
  const before = (await store.get(installation))?.held ?? [];
  // The list is cut at 100: beyond that its silence says nothing.
  if (before.length === 0 || answer.held.length >= 100) return [];
  const still = new Set(answer.held.map(({ id }) => id));
  const events = transaction.objectStore("events");
  const changed: EventRecord[] = [];
  for (const { id, seq } of before) {
    const record = eventRecord(await events.get([installation, seq]));
    if (still.has(id) || record?.id !== id || record.state !== "held") continue;
    changed.push(await letWait(transaction, record));
  }
  return changed;
}

async function letWait(transaction: Writer, record: EventRecord): Promise<EventRecord> {
  const { acknowledged: _, ...rest } = record;
  const waits: EventRecord = { ...rest, waiting: 1 };
  await transaction.objectStore("events").put(waits);
  return waits;
}

async function offerAgain(
  transaction: Writer,
  installation: string,
  missing: readonly Range[],
  answer: SyncAnswer,
): Promise<{ again: EventRecord[]; lost: Range[] }> {
  const events = transaction.objectStore("events");
  const answered = new Set(answer.results.map(({ seq }) => seq));
  const again: EventRecord[] = [];
  const lost: Range[] = [];
  for (const [first, last] of missing) {
    const waiting = await events
      .index("waiting")
      .count(waitingNumbers(installation, first, last));
    const stored = (await events.getAllKeys(numbers(installation, first, last))).map(
      ([, seq]) => seq,
    );
    lost.push(...outside(rangesOf(stored), first, last));
    if (waiting === stored.length) continue;
    for (const value of await events.getAll(numbers(installation, first, last))) {
      const record = eventRecord(value);
      if (record === null) lost.push([value.seq, value.seq]);
      else if (record.waiting === undefined && !answered.has(record.seq)) {
        again.push(await letWait(transaction, record));
        await sendPhotoAgain(transaction, record.id);
      }
    }
  }
  return { again, lost: union(lost) };
}

function outside(stored: readonly Range[], first: number, last: number): Range[] {
  return gaps(
    [...(first > 1 ? [[1, first - 1] as const] : []), ...stored],
    last,
  );
}

async function sendPhotoAgain(transaction: Writer, event: string): Promise<void> {
  const photos = transaction.objectStore("photos");
  const photo = await photos.get(event);
  if (photo !== undefined) await photos.put({ ...photo, state: "waiting" });
}

/**
 * Delete the oldest events that were acknowledged over 30 days before `now`, both by the service's
 * clock, and that it still holds; with them their photos and the readings that only they needed.
 * Return the highest number that is gone, 0 for none.
 */
export async function forget(
  database: Database,
  installation: string,
  { now, have }: Pick<SyncAnswer, "now" | "have">,
): Promise<number> {
  const before = Date.parse(now) - KEPT_MS;
  return database.note(["events", "photos", "readings"], async (transaction) => {
    const events = transaction.objectStore("events");
    const oldest = await events.getAll(numbers(installation), FORGOTTEN_AT_ONCE);
    const photos = transaction.objectStore("photos");
    let forgotten = 0;
    for (const value of oldest) {
      const record = eventRecord(value);
      if (record === null || !isOver(record, before) || !holds(have, record.seq)) break;
      const photo = await photos.get(record.id);
      if (photo?.state === "waiting") break;
      await events.delete([installation, record.seq]);
      await photos.delete(record.id);
      forgotten = record.seq;
    }
    if (forgotten > 0) await forgetReadings(transaction, installation, forgotten + 1);
    return forgotten;
  });
}

function isOver({ waiting, acknowledged }: EventRecord, before: number): boolean {
  return waiting === undefined && acknowledged !== undefined && Date.parse(acknowledged) < before;
}

/** Delete the readings before the last one that the event of that number needs. */
async function forgetReadings(
  transaction: Writer,
  installation: string,
  oldestKept: number,
): Promise<void> {
  const readings = transaction.objectStore("readings");
  const before = await readings.index("after").getAllKeys(numbers(installation, 0, oldestKept - 1));
  for (const order of before.slice(0, -1)) await readings.delete(order);
}
