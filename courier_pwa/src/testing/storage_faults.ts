// Storage that fails, made of the one that works.

type Patched = { _start(): void; mode: string };

/** Let transactions of that mode hang, until the function that is returned is called. */
export function hang(mode: "readonly" | "readwrite"): () => void {
  const prototype = IDBTransaction.prototype as unknown as Patched;
  const start = prototype._start;
  const waiting: Patched[] = [];
  prototype._start = function (this: Patched): void {
    if (this.mode === mode) waiting.push(this);
    else start.call(this);
  };
  return () => {
    prototype._start = start;
    for (const transaction of waiting) start.call(transaction);
  };
}

/** Let the next addition of an event do something else as well; restored after the first time. */
export function onNextAdd(fault: (store: IDBObjectStore) => void): void {
  const prototype = IDBObjectStore.prototype;
  const add = prototype.add;
  prototype.add = function (this: IDBObjectStore, ...given): IDBRequest<IDBValidKey> {
    if (this.name !== "events") return add.apply(this, given);
    prototype.add = add;
    const request = add.apply(this, given);
    fault(this);
    return request;
  };
}

export function noRoom(): never {
  throw new DOMException("no room", "QuotaExceededError");
}

/** Do something in a transaction on the store, behind the core's back. */
export async function meddle(
  factory: IDBFactory,
  stores: string[],
  work: (transaction: IDBTransaction) => void,
): Promise<void> {
  const opening = factory.open("jianbao-courier");
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const transaction = database.transaction(stores, "readwrite");
  work(transaction);
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  database.close();
}
