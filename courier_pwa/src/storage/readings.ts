// Clock readings. One reading is kept once for each installation, with that one's highest number.

import { readingsFor, type Reading } from "../domain/clock.ts";
import type { Database, Reader } from "./database.ts";
import { isReading, numbers } from "./records.ts";
import type { ReadingRecord } from "./schema.ts";

export type Highest = ReadonlyMap<string, number>;

/** Return each installation's highest number. */
export async function highestNumbers(database: Database): Promise<Highest> {
  const all = await database.read(["installations"], (transaction) =>
    transaction.objectStore("installations").getAll(),
  );
  return new Map(all.map(({ id, highest }) => [id, highest]));
}

/**
 * Keep a reading that was taken when the highest numbers were `before`. Where events have been
 * recorded meanwhile nobody knows on which side of it they stand: then nothing is kept and false
 * returned, unless there is a reading to keep `anyway`: it counts them as recorded after it, and so
 * has to be inexact enough for those that were recorded before.
 */
export async function keepReading(
  database: Database,
  reading: Omit<Reading, "after">,
  before: Highest,
  anyway: Omit<Reading, "after"> | null,
): Promise<boolean> {
  return database.note(["installations", "readings"], async (transaction) => {
    const all = await transaction.objectStore("installations").getAll();
    const moved = all.some(({ id, highest }) => highest !== before.get(id));
    const kept = moved ? anyway : reading;
    if (kept === null) return false;
    const readings = transaction.objectStore("readings");
    for (const { id, highest } of all) {
      const after = before.get(id) ?? highest;
      // Of readings without an event between them, only the first and the last tell anything.
      const alike = await readings.index("after").getAllKeys([id, after]);
      if (alike.length > 1) await readings.delete(alike.at(-1)!);
      await readings.add({ ...kept, installation: id, after });
    }
    return true;
  });
}

/** Return the highest number that a reading has been taken after; 0 for none. */
export async function readUpTo(database: Database, installation: string): Promise<number> {
  return database.read(["readings"], async (transaction) => {
    const index = transaction.objectStore("readings").index("after");
    return (await index.openCursor(numbers(installation), "prev"))?.value.after ?? 0;
  });
}

/** Return the readings that these events need, as they are sent. */
export async function neededReadings(
  database: Database,
  installation: string,
  events: readonly number[],
): Promise<Reading[]> {
  if (events.length === 0) return [];
  const [lowest, highest] = [Math.min(...events), Math.max(...events)];
  const found = await database.read(["readings"], async (transaction) => [
    ...(await lastBefore(transaction, installation, lowest)),
    ...(await between(transaction, installation, lowest, highest - 1)),
    ...(await firstAfter(transaction, installation, highest)),
  ]);
  return readingsFor(events, found.filter(isReading)).map(
    ({ life, mono, at, offset_ms, error_ms, after }) => ({
      life,
      mono,
      at,
      offset_ms,
      error_ms,
      after,
    }),
  );
}

async function lastBefore(
  transaction: Reader,
  installation: string,
  event: number,
): Promise<ReadingRecord[]> {
  const index = transaction.objectStore("readings").index("after");
  const cursor = await index.openCursor(numbers(installation, 0, event - 1), "prev");
  return cursor === null ? [] : [cursor.value];
}

async function between(
  transaction: Reader,
  installation: string,
  first: number,
  last: number,
): Promise<ReadingRecord[]> {
  const index = transaction.objectStore("readings").index("after");
  return first > last ? [] : index.getAll(numbers(installation, first, last));
}

async function firstAfter(
  transaction: Reader,
  installation: string,
  event: number,
): Promise<ReadingRecord[]> {
  const index = transaction.objectStore("readings").index("after");
  return index.getAll(numbers(installation, event), 1);
}
