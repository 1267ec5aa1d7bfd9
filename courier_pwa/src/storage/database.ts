// One connection to IndexedDB, opened when needed, given up when it fails, opened again.

import { wrap, type IDBPDatabase, type IDBPTransaction } from "idb";

import type { Environment } from "../environment.ts";
import { Deadline, TooSlow } from "./deadline.ts";
import { MIGRATIONS, type Schema, type StoreName, type Upgrade } from "./schema.ts";

export const NAME = "jianbao-courier";
const PATIENCE_MS = 10_000;

export type Reader = IDBPTransaction<Schema, StoreName[], "readonly">;
export type Writer = IDBPTransaction<Schema, StoreName[], "readwrite">;

/** A transaction failed: nothing of it stands, or, where it was too late to undo it, all of it. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly kind: "slow" | "full" | "failed";

  constructor(cause: unknown) {
    super(`storage: ${String(cause)}`, { cause });
    this.kind = cause instanceof TooSlow ? "slow" : isFull(cause) ? "full" : "failed";
  }
}

/** What a rule of ours refuses within a transaction: it is undone, and this is thrown as it is. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
}

export class Database {
  readonly #environment: Environment;
  readonly #migrations: readonly Upgrade[];
  readonly #name: string;
  #opening: Promise<IDBPDatabase<Schema>> | null = null;
  #connection: IDBPDatabase<Schema> | null = null;
  #closed = false;

  constructor(environment: Environment, migrations = MIGRATIONS, name = NAME) {
    this.#environment = environment;
    this.#migrations = migrations;
    this.#name = name;
  }

  /** Return what `work` reads, all of one moment. Throws StorageError. */
  async read<T>(
    stores: StoreName[],
    work: (transaction: Reader) => Promise<T>,
    deadline?: Deadline,
  ): Promise<T> {
    return this.#within(deadline, (deadline) =>
      this.#transact(
        (database) => database.transaction(stores, "readonly"),
        work,
        deadline,
      ),
    );
  }

  /**
   * Return what `work` returns, once all that it wrote is committed and on the disk. `work` may
   * await nothing but the transaction's own requests. Throws StorageError.
   */
  async write<T>(
    stores: StoreName[],
    work: (transaction: Writer) => Promise<T>,
    deadline?: Deadline,
  ): Promise<T> {
    return this.#write("strict", stores, work, deadline);
  }

  /**
   * The same for what the service or the clock will say again: the system may take its time to
   * bring it to the disk, and no recording waits for that.
   */
  async note<T>(stores: StoreName[], work: (transaction: Writer) => Promise<T>): Promise<T> {
    return this.#write("relaxed", stores, work, undefined);
  }

  close(): void {
    this.#closed = true;
    this.#giveUp();
  }

  async #write<T>(
    durability: "strict" | "relaxed",
    stores: StoreName[],
    work: (transaction: Writer) => Promise<T>,
    given: Deadline | undefined,
  ): Promise<T> {
    return this.#within(given, (deadline) =>
      this.#transact(
        (database) => database.transaction(stores, "readwrite", { durability }),
        work,
        deadline,
      ),
    );
  }

  async #within<T>(
    given: Deadline | undefined,
    work: (deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const deadline = given ?? new Deadline(this.#environment, PATIENCE_MS);
    try {
      return await work(deadline);
    } finally {
      if (given === undefined) deadline.done();
    }
  }

  async #transact<T, Transaction extends Reader | Writer>(
    begin: (database: IDBPDatabase<Schema>) => Transaction,
    work: (transaction: Transaction) => Promise<T>,
    deadline: Deadline,
  ): Promise<T> {
    const transaction = await this.#begin(begin, deadline);
    // Both are awaited: an abort makes each reject, and no rejection may go unheard.
    const both = Promise.all([work(transaction), transaction.done]);
    both.catch(() => undefined);
    try {
      return (await deadline.of(both))[0];
    } catch (error) {
      undo(transaction);
      transaction.done.catch(() => undefined);
      // A connection that hangs may hang for ever; one more costs little.
      if (error instanceof TooSlow) this.#giveUp();
      if (error instanceof Refusal) throw error;
      throw new StorageError(transaction.error ?? error);
    }
  }

  async #begin<Transaction>(
    begin: (database: IDBPDatabase<Schema>) => Transaction,
    deadline: Deadline,
  ): Promise<Transaction> {
    for (const last of [false, true]) {
      let database: IDBPDatabase<Schema>;
      try {
        database = await deadline.of(this.#open());
      } catch (error) {
        this.#giveUp();
        throw new StorageError(error);
      }
      try {
        return begin(database);
      } catch (error) {
        // Closed under us, by the browser or for another tab's upgrade: open it again, once.
        this.#giveUp();
        if (last) throw new StorageError(error);
      }
    }
    throw new StorageError(new Error("unreachable"));
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    if (this.#closed) return Promise.reject(new Error("closed"));
    this.#opening ??= this.#connect(this.#migrations.length).catch((error: unknown) => {
      // A newer app has been here. Its store only has more in it than ours.
      if (nameOf(error) === "VersionError") return this.#connect(undefined);
      throw error;
    });
    return this.#opening;
  }

  async #connect(version: number | undefined): Promise<IDBPDatabase<Schema>> {
    const request = this.#environment.indexedDB.open(this.#name, version);
    request.addEventListener("upgradeneeded", ({ oldVersion }) => {
      const database = wrap(request.result) as unknown as IDBPDatabase<Schema>;
      const transaction = wrap(request.transaction!) as unknown as Parameters<Upgrade>[1];
      transaction.done.catch(() => undefined); // the request fails too, and is heard
      for (const upgrade of this.#migrations.slice(oldVersion)) upgrade(database, transaction);
    });
    const database = (await wrap(request)) as unknown as IDBPDatabase<Schema>;
    const leave = (): void => {
      database.close();
      if (this.#connection === database) this.#giveUp();
    };
    database.addEventListener("versionchange", leave);
    database.addEventListener("close", leave);
    // Opened after nobody wanted it any more: it would stand in the way of an upgrade.
    if (this.#closed) database.close();
    this.#connection = database;
    return database;
  }

  #giveUp(): void {
    const opening = this.#opening;
    this.#opening = null;
    this.#connection = null;
    // Waits for its transactions; what is under way is not undone by it.
    opening?.then((database) => database.close()).catch(() => undefined);
  }
}

function undo(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It has ended, or is being committed.
  }
}

function isFull(error: unknown): boolean {
  return nameOf(error) === "QuotaExceededError";
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : "";
}
