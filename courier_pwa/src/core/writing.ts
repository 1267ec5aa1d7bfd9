// Recording for the screens: within 3 s it is there, or they hear that it is not.

import { faultOf, type Draft, type Item, type Position } from "../domain/events.ts";
import type { Environment } from "../environment.ts";
import { Refusal, StorageError, type Database } from "../storage/database.ts";
import { Deadline } from "../storage/deadline.ts";
import { dropSentPhotos, keepPhoto } from "../storage/photos.ts";
import { putBack } from "../storage/queue.ts";
import { Recorder } from "../storage/recording.ts";
import type { EventRecord } from "../storage/schema.ts";
import { NotRecorded } from "./errors.ts";
import type { State } from "./state.ts";

const WITHIN_MS = 3_000;
/**
 * How long another draft with the same content is taken for another try. The very same draft, and
 * the void of one scan, are so for ever: a write that came too late must not be doubled.
 */
const IN_DOUBT_MS = 2 * 60_000;

interface Doubt {
  readonly ids: readonly string[];
  readonly until: number;
}

/** What another try is known by: what it says, and the very draft. */
interface Key {
  readonly said: string;
  readonly draft: Draft;
}

export class Writing {
  readonly #environment: Environment;
  readonly #database: Database;
  readonly #state: State;
  readonly #recorder: Recorder;
  readonly #doubts = new Map<string, Doubt>();
  /** Something failed since the store was last shown: it may have been written after all. */
  unsure = false;
  readonly #tried = new WeakMap<Draft, Doubt["ids"]>();

  constructor(environment: Environment, database: Database, state: State, life: string) {
    this.#environment = environment;
    this.#database = database;
    this.#state = state;
    this.#recorder = new Recorder(environment, database, life);
  }

  newId(): string {
    return this.#recorder.newId();
  }

  /** Record the drafts, all or none, in this order. Throws NotRecorded. */
  async record(drafts: readonly Draft[]): Promise<readonly EventRecord[]> {
    const owner = this.#state.current;
    if (owner === undefined) throw new NotRecorded("not_enrolled");
    const fault = drafts.map(faultOf).find((each) => each !== null);
    if (fault !== undefined) throw new NotRecorded("invalid", fault);
    const said = JSON.stringify([owner.id, ...drafts.map(({ position: _, ...rest }) => rest)]);
    const key = { said, draft: drafts[0]! };
    const ids = this.#doubted(key) ?? drafts.map(() => this.#recorder.newId());
    const written = await this.#within((deadline) =>
      this.#recorder.record(drafts, ids, owner, deadline),
    ).catch((error: unknown) => {
      this.#doubt(key, drafts, ids);
      throw error;
    });
    this.#doubts.delete(key.said);
    this.#tried.delete(key.draft);
    owner.highest = Math.max(owner.highest, written.records.at(-1)!.seq);
    this.#state.apply([...written.voided, ...written.records]);
    if (written.forgotten) await this.rescue();
    return written.records;
  }

  /** Void a scan and scan anew what remains. Throws NotRecorded. */
  async correct(
    scanId: string,
    items: readonly Item[],
    position: Position | undefined,
  ): Promise<readonly EventRecord[]> {
    const scan = this.#state.ledger.find(scanId)?.event;
    if (scan?.kind !== "scan") throw new NotRecorded("unknown_scan");
    const { method, label, code, point } = scan;
    const undo = { kind: "void", scan: scanId, reason: items.length > 0 ? "unticked" : "undone" };
    const anew = {
      kind: "scan",
      method,
      ...(label !== undefined && { label }),
      ...(code !== undefined && { code }),
      ...(point !== undefined && { point }),
      items,
      ...(position !== undefined && { position }),
    };
    return this.record((items.length > 0 ? [undo, anew] : [undo]) as Draft[]);
  }

  /** Keep the photo of an attempt. Throws NotRecorded. */
  async keepPhoto(event: string, photo: Blob): Promise<void> {
    const installation = this.#state.ledger.find(event)?.installation;
    if (installation === undefined) throw new NotRecorded("invalid", "no such event");
    const jpeg = await photo.arrayBuffer();
    await this.#within((deadline) =>
      keepPhoto(this.#database, { event, installation, jpeg, state: "waiting" }, deadline),
    );
  }

  /** Remember an attempt that failed, as far as anyone knows. */
  #doubt(key: Key, drafts: readonly Draft[], ids: Doubt["ids"]): void {
    const isOnce = drafts.some(({ kind }) => kind === "void");
    const until = isOnce ? Infinity : this.#environment.mono() + IN_DOUBT_MS;
    this.unsure = true;
    this.#doubts.set(key.said, { ids, until });
    this.#tried.set(key.draft, ids);
  }

  #doubted({ said, draft }: Key): Doubt["ids"] | undefined {
    const tried = this.#tried.get(draft);
    if (tried !== undefined) return tried;
    const doubt = this.#doubts.get(said);
    return doubt !== undefined && this.#environment.mono() < doubt.until ? doubt.ids : undefined;
  }

  /** Do it within 3 s, after making room where there is none. Throws NotRecorded. */
  async #within<T>(work: (deadline: Deadline) => Promise<T>): Promise<T> {
    const deadline = new Deadline(this.#environment, WITHIN_MS);
    try {
      const done = await work(deadline).catch(async (error: unknown) => {
        if (!(error instanceof StorageError && error.kind === "full")) throw error;
        if ((await dropSentPhotos(this.#database, deadline)) === 0) throw error;
        return work(deadline);
      });
      if (this.#state.storage.peek() !== "good") this.#state.showStorage();
      return done;
    } catch (error) {
      throw this.#told(error);
    } finally {
      deadline.done();
    }
  }

  #told(error: unknown): NotRecorded {
    if (error instanceof Refusal) return new NotRecorded("unknown_scan", error);
    const kind = error instanceof StorageError ? error.kind : "failed";
    this.#state.storage.value = kind === "full" ? "full" : "broken";
    return new NotRecorded(kind === "failed" ? "storage" : kind, error);
  }

  /** The store was emptied under the open page: what the page still knows goes back into it. */
  async rescue(): Promise<void> {
    this.#state.storage.value = "emptied";
    await putBack(this.#database, this.#state.ledger.all()).catch(() => undefined);
  }
}
