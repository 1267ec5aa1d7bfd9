/**
 * IndexedDB of one phone, and all that may befall it. It is fake-indexeddb's, with its inner steps
 * bent: transactions that abort, hang or find the disk full, connections that are closed, writes of
 * relaxed durability that a pulled battery takes away, pages that die in the middle.
 */
import {
  IDBDatabase as FDBDatabase,
  IDBObjectStore as FDBObjectStore,
  IDBOpenDBRequest as FDBOpenDBRequest,
  IDBTransaction as FDBTransaction,
  forceCloseDatabase,
  IDBFactory,
} from "fake-indexeddb";
import type { World } from "./world.ts";

// The inside of fake-indexeddb has no types.
type Inside = any;

/** Whether a tab still runs: the events of a dead one reach nobody. */
export interface Owner {
  dead: boolean;
}

export type StorageFault = "none" | "abort" | "full" | "hang" | "deaf" | "throw";

/** The disk of one phone: what all its tabs share, and which fault is on. */
export class Disk {
  readonly factory = new IDBFactory();
  readonly world: World;
  fault: StorageFault = "none";
  private readonly hung = new Set<Inside>();
  /** The stores as they were after the last durable commit, while a relaxed one is newer. */
  private durable: Map<string, Snapshot> | null = null;

  constructor(world: World) {
    this.world = world;
  }

  /** The factory as one tab sees it. */
  seenBy(owner: Owner): IDBFactory {
    const disk = this;
    return new Proxy(this.factory, {
      get(target, name) {
        if (name !== "open" && name !== "deleteDatabase") {
          const found = Reflect.get(target, name, target);
          return typeof found === "function" ? found.bind(target) : found;
        }
        return (...wanted: unknown[]) => {
          if (owner.dead) return new FDBOpenDBRequest();
          const request: Inside = (target as Inside)[name](...wanted);
          request.owner = owner;
          request.disk = disk;
          return request;
        };
      },
    });
  }

  /** Let go of what hangs; whatever is asked for from now on works. */
  heal(): void {
    this.fault = "none";
    for (const transaction of this.hung) {
      if (transaction._state === "finished") continue;
      transaction.hangs = false;
      transaction.db._rawDatabase.transactions.push(transaction);
      this.world.immediate(() => transaction._start());
    }
    this.hung.clear();
  }

  /** Keep a transaction as it is until healed, out of sight: others look for its end in a loop. */
  hang(transaction: Inside): void {
    transaction.hangs = true;
    transaction._started = true;
    this.hung.add(transaction);
    const { transactions } = transaction.db._rawDatabase;
    transactions.splice(transactions.indexOf(transaction), 1);
    transaction.db._rawDatabase.processTransactions();
  }

  /** The browser closes every connection: with a word to the page, or without. */
  close(told: boolean): void {
    for (const connection of this.connections()) {
      if (told) forceCloseDatabase(connection);
      else connection.close();
    }
  }

  /** End a tab as a kill does: what was not committed is undone, and it hears of nothing. */
  kill(owner: Owner): void {
    owner.dead = true;
    for (const transaction of [...this.transactions(), ...this.hung]) {
      if (transaction.db.owner !== owner || transaction._state === "finished") continue;
      this.hung.delete(transaction);
      transaction.hangs = false;
      transaction._state = "active";
      transaction._abort(null);
    }
    for (const connection of this.connections()) if (connection.owner === owner) connection.close();
  }

  /** Take away what was committed with relaxed durability and is not on the disk yet. */
  losePower(): void {
    if (this.durable === null) return;
    for (const [name, database] of this.databases()) this.durable.get(name)?.restore(database);
    this.durable = null;
  }

  /** Note that a transaction has written: what came before is what a pulled battery leaves. */
  beforeCommit(transaction: Inside): void {
    if (transaction.mode === "readonly") return;
    if (transaction.durability === "strict" || transaction.mode === "versionchange") {
      this.durable = null;
    } else if (this.durable === null && transaction.before !== undefined) {
      this.durable = transaction.before;
    }
  }

  snapshot(): Map<string, Snapshot> {
    const found = new Map<string, Snapshot>();
    for (const [name, database] of this.databases()) found.set(name, new Snapshot(database));
    return found;
  }

  /** Everything is gone: the browser has evicted the site's storage. */
  empty(): void {
    this.close(true);
    (this.factory as Inside)._databases.clear();
    this.durable = null;
  }

  databases(): [string, Inside][] {
    return [...(this.factory as Inside)._databases];
  }

  private connections(): Inside[] {
    return this.databases().flatMap(([, database]) => [...database.connections]);
  }

  private transactions(): Inside[] {
    return this.databases().flatMap(([, database]) => [...database.transactions]);
  }
}

/** The records of one database at an instant. */
class Snapshot {
  private readonly stores = new Map<string, unknown[]>();

  constructor(database: Inside) {
    for (const [name, store] of database.rawObjectStores) {
      this.stores.set(name, structuredClone([...store.records.values()]));
    }
  }

  restore(database: Inside): void {
    for (const [name, store] of database.rawObjectStores) {
      store.clear([]);
      for (const record of this.stores.get(name) ?? []) store.storeRecord(record, false, []);
    }
  }
}

function ownerOf(target: Inside): Owner | undefined {
  return target.owner ?? target.db?.owner ?? target.transaction?.db?.owner;
}

function diskOf(transaction: Inside): Disk | undefined {
  return transaction.db.disk;
}

/** Bend the inside of fake-indexeddb, once a process. */
export function install(): void {
  const target = Object.getPrototypeOf(FDBTransaction.prototype) as Inside;
  const dispatch = target.dispatchEvent;
  target.dispatchEvent = function (this: Inside, event: Inside): boolean {
    if (this instanceof FDBOpenDBRequest && (this as Inside).result instanceof FDBDatabase) {
      (this as Inside).result.owner = (this as Inside).owner;
      (this as Inside).result.disk = (this as Inside).disk;
      if ((this as Inside).owner?.dead === true) (this as Inside).result.close();
    }
    if (ownerOf(this)?.dead !== true) return dispatch.call(this, event);
    if (this instanceof FDBTransaction) {
      // Only fake-indexeddb's own listeners: the next transaction waits for them.
      (this as Inside)._prioritizedListeners.get(event.type)?.();
      (this as Inside).db._rawDatabase.processTransactions();
    }
    return true;
  };

  const transactions = FDBTransaction.prototype as Inside;
  const start = transactions._start;
  transactions._start = function (this: Inside): void {
    if (this.hangs) return;
    const disk = diskOf(this);
    if (disk === undefined) return start.call(this);
    const hangs = disk.fault === "hang" && this.mode !== "versionchange";
    // Deaf: what is written is written, and reading it never ends.
    if (hangs || (disk.fault === "deaf" && this.mode === "readonly")) return disk.hang(this);
    if (!this._started && this.mode === "readwrite" && this.durability !== "strict") {
      this.before = disk.snapshot();
    }
    const ends = this._state !== "finished" && !this._requests.some(isWaiting);
    if (ends && this.mode === "readwrite") {
      if (disk.fault === "abort") return this._abort("UnknownError");
      if (disk.fault === "full" && this.writes) return this._abort("QuotaExceededError");
      disk.beforeCommit(this);
    }
    start.call(this);
  };

  const connections = FDBDatabase.prototype as Inside;
  const begin = connections.transaction;
  connections.transaction = function (this: Inside, ...wanted: unknown[]): unknown {
    if (this.disk?.fault === "throw") throw new DOMException("broken", "InvalidStateError");
    return begin.apply(this, wanted);
  };

  const stores = FDBObjectStore.prototype as Inside;
  for (const name of ["put", "add"]) {
    const write = stores[name];
    stores[name] = function (this: Inside, ...wanted: unknown[]): unknown {
      this.transaction.writes = true;
      return write.apply(this, wanted);
    };
  }
}

function isWaiting(queued: { request: IDBRequest }): boolean {
  return queued.request.readyState !== "done";
}
