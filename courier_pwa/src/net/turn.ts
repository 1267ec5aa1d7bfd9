// One tab (or the service worker) drains at a time. Where two do it all the same, nothing is lost or
// doubled, only sent twice: every answer is safe to hear twice.

import { newLife } from "../channel.ts";
import type { Environment } from "../environment.ts";
import type { Database } from "../storage/database.ts";
import type { Lease } from "../storage/schema.ts";

const NAME = "jianbao-sync";
const LEASE = "lease";
/** More than a pass takes; whoever holds the lock longer is frozen, and loses it. */
const PATIENCE_MS = 120_000;
const LEASE_MS = 90_000;

/** Return what `work` returns, done while nobody else drains; null where another one's turn lasts. */
export async function inTurn<T>(
  environment: Environment,
  database: Database,
  work: (keepAlive: () => Promise<void>) => Promise<T>,
): Promise<T | null> {
  const { locks } = environment;
  if (locks === null) return withLease(environment, database, work);
  try {
    return await withLock(environment, locks, () => work(async () => undefined));
  } catch (error) {
    if (!(error instanceof NoLocks)) throw error;
    return withLease(environment, database, work);
  }
}

/** The browser has locks and does not give us any. */
class NoLocks extends Error {}

async function withLock<T>(
  environment: Environment,
  locks: Pick<LockManager, "request">,
  work: () => Promise<T>,
): Promise<T | null> {
  const abort = new AbortController();
  const timer = environment.setTimeout(() => abort.abort(), PATIENCE_MS);
  let begun = false;
  const begin = (): Promise<T> => {
    begun = true;
    environment.clearTimeout(timer);
    return work();
  };
  try {
    return await locks.request(NAME, { signal: abort.signal }, begin);
  } catch (error) {
    // Stolen from us while we worked, or an error of the work: either way it had its turn.
    if (begun) throw error;
    if (!abort.signal.aborted) throw new NoLocks();
    return await locks.request(NAME, { steal: true }, begin);
  } finally {
    environment.clearTimeout(timer);
  }
}

/** For browsers without Web Locks: a line in the store that says until when somebody drains. */
async function withLease<T>(
  environment: Environment,
  database: Database,
  work: (keepAlive: () => Promise<void>) => Promise<T>,
): Promise<T | null> {
  const holder = newLife(environment);
  const take = async (): Promise<boolean> =>
    database.note(["meta"], async (transaction) => {
      const meta = transaction.objectStore("meta");
      const lease = (await meta.get(LEASE)) as Lease | undefined;
      const now = environment.now();
      // A lease that ends later than any can was made before the wall clock went back.
      const lasts = lease !== undefined && now < lease.until && lease.until <= now + LEASE_MS;
      if (lasts && lease.holder !== holder) return false;
      await meta.put({ holder, until: now + LEASE_MS }, LEASE);
      return true;
    });
  if (!(await take())) return null;
  try {
    return await work(async () => void (await take()));
  } finally {
    await database.note(["meta"], async (transaction) => {
      const meta = transaction.objectStore("meta");
      const lease = (await meta.get(LEASE)) as Lease | undefined;
      if (lease?.holder === holder) await meta.delete(LEASE);
    });
  }
}
