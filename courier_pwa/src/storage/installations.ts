// The installations on this phone: the current one, and older ones with what is left of their queues.

import type { Environment } from "../environment.ts";
import type { Database } from "./database.ts";
import type { Enrolling, Identity, Installation } from "./schema.ts";
import { keepCopy, survivors } from "./survivors.ts";

const ENROLLING = "enrolling";

export async function installations(database: Database): Promise<Installation[]> {
  return database.read(["installations"], (transaction) =>
    transaction.objectStore("installations").getAll(),
  );
}

/**
 * Bring store and surviving copy in step: what the store, in which these installations are `known`,
 * has forgotten is written back, numbered on above both, and marked `emptiedAt`. Return whether it
 * has forgotten anything.
 */
export async function reconcile(
  environment: Environment,
  database: Database,
  known: readonly Installation[],
): Promise<boolean> {
  const copies = survivors(environment);
  const isEmptied = forgotten(known, copies);
  keepCopy(environment, isEmptied ? await writeBack(database, copies) : known);
  return isEmptied;
}

async function writeBack(
  database: Database,
  copies: readonly Identity[],
): Promise<Installation[]> {
  return database.write(["installations"], async (transaction) => {
    const store = transaction.objectStore("installations");
    for (const copy of copies) {
      const found = await store.get(copy.id);
      if (found !== undefined && found.highest >= copy.highest) continue;
      const highest = copy.highest;
      const emptied = highest > 0 ? { emptiedAt: highest } : {};
      await store.put({ ...copy, ...found, highest, ...emptied });
    }
    return store.getAll();
  });
}

/** Tell whether the store has forgotten what its surviving copy knows: it was emptied. */
export async function hasForgotten(environment: Environment, database: Database): Promise<boolean> {
  const copies = survivors(environment);
  return copies.length > 0 && forgotten(await installations(database), copies);
}

function forgotten(known: readonly Identity[], copies: readonly Identity[]): boolean {
  const highest = new Map(known.map((each) => [each.id, each.highest]));
  return copies.some((copy) => copy.highest > (highest.get(copy.id) ?? -1));
}

/** Write a new installation as the current one; those before become older ones. */
export async function addCurrent(
  environment: Environment,
  database: Database,
  identity: Identity,
): Promise<void> {
  const all = await database.write(["installations", "meta"], async (transaction) => {
    const store = transaction.objectStore("installations");
    const found = await store.getAll();
    const known = found.find(({ id }) => id === identity.id);
    const older = found.filter(({ id, current }) => current && id !== identity.id);
    for (const each of older) await store.put({ ...each, current: false });
    await store.put({ ...identity, highest: Math.max(known?.highest ?? 0, identity.highest) });
    await transaction.objectStore("meta").delete(ENROLLING);
    return store.getAll();
  });
  keepCopy(environment, all);
}

/** Make the current installation an older one. Its queue stays and goes on being sent. */
export async function setAside(environment: Environment, database: Database): Promise<void> {
  const all = await database.write(["installations"], async (transaction) => {
    const store = transaction.objectStore("installations");
    for (const each of await store.getAll()) {
      if (each.current) await store.put({ ...each, current: false });
    }
    return store.getAll();
  });
  keepCopy(environment, all);
}

/** Change what is known of an installation; one that the store has forgotten is left alone. */
export async function change(
  database: Database,
  id: string,
  changed: (installation: Installation) => Installation,
): Promise<void> {
  await database.note(["installations"], async (transaction) => {
    const store = transaction.objectStore("installations");
    const found = await store.get(id);
    if (found !== undefined) await store.put(changed(found));
  });
}

export async function enrolling(database: Database): Promise<Enrolling | undefined> {
  const found = await database.read(["meta"], (transaction) =>
    transaction.objectStore("meta").get(ENROLLING),
  );
  return found as Enrolling | undefined;
}

/** Keep, or with null forget, an enrolment that has no answer yet. */
export async function keepEnrolling(database: Database, value: Enrolling | null): Promise<void> {
  await database.write(["meta"], async (transaction) => {
    const meta = transaction.objectStore("meta");
    await (value === null ? meta.delete(ENROLLING) : meta.put(value, ENROLLING));
  });
}
