// Recording: the one place where events come into being.

import { eventOf, FORMAT, type Draft, type Stamp } from "../domain/events.ts";
import { newId } from "../domain/ids.ts";
import type { Environment } from "../environment.ts";
import { Refusal, StorageError, type Database, type Writer } from "./database.ts";
import type { Deadline } from "./deadline.ts";
import { numbers } from "./records.ts";
import type { EventRecord, Identity } from "./schema.ts";
import { highestKept, keepHighest } from "./survivors.ts";

/** A void or correction of what this installation has not scanned, or has voided. */
export class UnknownScan extends Refusal {
  override readonly name = "UnknownScan";
}

export interface Written {
  readonly records: EventRecord[];
  /** Scans that are voided now. */
  readonly voided: EventRecord[];
  /** The store had forgotten numbers that were given out before. */
  readonly forgotten: boolean;
}

export class Recorder {
  readonly #environment: Environment;
  readonly #database: Database;
  readonly #life: string;

  constructor(environment: Environment, database: Database, life: string) {
    this.#environment = environment;
    this.#database = database;
    this.#life = life;
  }

  newId(): string {
    return newId(this.#environment.crypto, this.#environment.now());
  }

  /**
   * Write the events of the drafts under the next numbers of the installation, all or none, and
   * read them back. `ids` are their ids; where events of these ids stand already, those are
   * returned: trying again after a failure of unknown outcome doubles nothing. Throws StorageError
   * or UnknownScan.
   */
  async record(
    drafts: readonly Draft[],
    ids: readonly string[],
    owner: Identity,
    deadline: Deadline,
  ): Promise<Written> {
    const known = Math.max(owner.highest, highestKept(this.#environment, owner.id));
    const written = await this.#database.write(
      ["events", "installations"],
      async (transaction) => {
        const before = await Promise.all(ids.map((id) => byId(transaction, id)));
        const records = before.filter((record) => record !== undefined);
        if (records.length === ids.length) {
          return { records, voided: await voidedBy(transaction, records), forgotten: false };
        }
        return this.#write(transaction, drafts, ids, { ...owner, highest: known });
      },
      deadline,
    );
    await this.#readBack(written.records, deadline);
    keepHighest(this.#environment, owner.id, written.records.at(-1)!.seq);
    return written;
  }

  async #write(
    transaction: Writer,
    drafts: readonly Draft[],
    ids: readonly string[],
    owner: Identity,
  ): Promise<Written> {
    const installations = transaction.objectStore("installations");
    const events = transaction.objectStore("events");
    const found = await installations.get(owner.id);
    // Only a store that was emptied knows fewer numbers than have been given out.
    const forgotten = owner.highest > 0 && (found?.highest ?? 0) < owner.highest;
    const last = Math.max(found?.highest ?? 0, owner.highest, await lastNumber(transaction, owner.id));
    const records = drafts.map((draft, place): EventRecord => {
      const seq = last + 1 + place;
      const stamp = this.#stamp(ids[place]!, seq);
      return { installation: owner.id, seq, id: stamp.id, event: eventOf(stamp, draft), waiting: 1 };
    });
    const voided: EventRecord[] = [];
    for (const { id, event } of records) {
      if (event.kind === "void") voided.push(await markVoided(transaction, owner.id, event.scan, id));
    }
    // `add`: a number that is taken must never be written over.
    for (const record of records) await events.add(record);
    await installations.put({
      ...(found ?? owner),
      ...(forgotten && { emptiedAt: owner.highest }),
      highest: last + records.length,
    });
    return { records, voided, forgotten };
  }

  /** The clocks are read within the transaction, so that they agree with the order of numbers. */
  #stamp(id: string, seq: number): Stamp {
    const at = new Date(this.#environment.now()).toISOString();
    return { id, seq, format: FORMAT, at, mono: this.#environment.mono(), life: this.#life };
  }

  async #readBack(records: readonly EventRecord[], deadline: Deadline): Promise<void> {
    const found = await this.#database.read(
      ["events"],
      (transaction) => {
        const events = transaction.objectStore("events");
        return Promise.all(records.map(({ installation, seq }) => events.get([installation, seq])));
      },
      deadline,
    );
    const same = records.every(
      ({ event }, place) => JSON.stringify(found[place]?.event) === JSON.stringify(event),
    );
    if (!same) throw new StorageError(new Error("what was written is not there"));
  }
}

/** Return the highest number in the store: a number that is taken is never given out again. */
async function lastNumber(transaction: Writer, installation: string): Promise<number> {
  const last = await transaction.objectStore("events").openKeyCursor(numbers(installation), "prev");
  return last?.key[1] ?? 0;
}

async function byId(transaction: Writer, id: string): Promise<EventRecord | undefined> {
  return transaction.objectStore("events").index("id").get(id);
}

/** Return the scans that these events have voided. */
async function voidedBy(
  transaction: Writer,
  records: readonly EventRecord[],
): Promise<EventRecord[]> {
  const scans = records.flatMap(({ event }) => (event?.kind === "void" ? [event.scan] : []));
  const found = await Promise.all(scans.map((id) => byId(transaction, id)));
  return found.filter((record) => record !== undefined);
}

/** Note at the scan that it is voided, so that no second void or correction follows. */
async function markVoided(
  transaction: Writer,
  installation: string,
  scanId: string,
  voidId: string,
): Promise<EventRecord> {
  const scan = await byId(transaction, scanId);
  const ours = scan?.installation === installation && scan.event?.kind === "scan";
  if (!ours || scan.voidedBy !== undefined) throw new UnknownScan(`no scan ${scanId} to void`);
  const voided = { ...scan, voidedBy: voidId };
  await transaction.objectStore("events").put(voided);
  return voided;
}
