// What waits, and what is kept of each installation.

import type { Database, Reader } from "./database.ts";
import { planIn } from "./plans.ts";
import { eventRecord, numbers, waitingNumbers, waitingOf } from "./records.ts";
import type { EventRecord, Installation, PlanRecord } from "./schema.ts";

/** How many of an installation's events are kept in memory: 14 days of a busy courier and more. */
const IN_MEMORY = 3_000;

export interface Contents {
  readonly installations: readonly Installation[];
  /** All that wait, and the newest of the others, of each installation in the order of numbers. */
  readonly events: readonly EventRecord[];
  readonly unreadable: number;
  /** The current installation's. */
  readonly plan: PlanRecord | null;
}

/** Return what is stored, all of one moment: the app's start waits for nothing else. */
export async function contents(database: Database): Promise<Contents> {
  return database.read(["installations", "events", "meta"], async (transaction) => {
    const installations = await transaction.objectStore("installations").getAll();
    const current = installations.find(({ current }) => current);
    const [plan, ...each] = await Promise.all([
      current === undefined ? null : planIn(transaction, current.id),
      ...installations.map((one) => eventsOf(transaction, one)),
    ]);
    const events = each.flatMap(({ readable }) => readable);
    const unreadable = each.reduce((sum, one) => sum + one.unreadable, 0);
    return { installations, events, unreadable, plan };
  });
}

async function eventsOf(
  transaction: Reader,
  { id, highest }: Installation,
): Promise<{ readable: EventRecord[]; unreadable: number }> {
  const from = highest - IN_MEMORY;
  const [newest, waiting] = await Promise.all([
    transaction.objectStore("events").getAll(numbers(id, from)),
    waitingOf(transaction, id),
  ]);
  const readable = newest.map(eventRecord).filter((record) => record !== null);
  return {
    readable: [...waiting.filter(({ seq }) => seq < from), ...readable],
    unreadable: newest.length - readable.length,
  };
}

/** Return the numbers of the installation's events that wait, in ascending order. */
export async function waitingNumbersOf(database: Database, installation: string): Promise<number[]> {
  return database.read(["events"], async (transaction) => {
    const index = transaction.objectStore("events").index("waiting");
    return (await index.getAllKeys(waitingNumbers(installation))).map(([, seq]) => seq);
  });
}

/** Return the events of these numbers that can be sent. */
export async function sendable(
  database: Database,
  installation: string,
  numbers: readonly number[],
): Promise<EventRecord[]> {
  return database.read(["events"], async (transaction) => {
    const events = transaction.objectStore("events");
    const found = await Promise.all(numbers.map((seq) => events.get([installation, seq])));
    return found.map(eventRecord).filter((record) => record !== null);
  });
}

/** Write back what a store that was emptied under an open page has forgotten. */
export async function putBack(database: Database, records: readonly EventRecord[]): Promise<void> {
  await database.write(["events"], async (transaction) => {
    const events = transaction.objectStore("events");
    for (const record of records) {
      const key = await events.getKey([record.installation, record.seq]);
      if (key === undefined) await events.add(record);
    }
  });
}

/** Return what the queue file holds: all that is not acknowledged, unreadable records as they are. */
export async function unsent(database: Database, installation: string): Promise<unknown[]> {
  return database.read(["events"], async (transaction) => {
    const all = await transaction.objectStore("events").getAll(numbers(installation));
    return all
      .filter((value) => value.waiting === 1 || eventRecord(value) === null)
      .map((value) => value.event ?? value);
  });
}
