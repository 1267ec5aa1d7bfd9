// A second copy of who this phone is, kept where an emptied IndexedDB does not take it along. Events
// are not in it: it is there to notice their loss and to go on numbering above them.

import { isFields, isListOf, isText } from "../domain/guards.ts";
import type { Environment } from "../environment.ts";
import type { Identity } from "./schema.ts";

const KEY = "jianbao.installations";

/** Return the surviving copy; empty where there is none, or none that can be read. */
export function survivors(environment: Pick<Environment, "localStorage">): readonly Identity[] {
  try {
    const kept: unknown = JSON.parse(environment.localStorage?.getItem(KEY) ?? "[]");
    return isListOf(kept, isIdentity) ? kept : [];
  } catch {
    return [];
  }
}

/** Keep the copy; without room or permission there is none. */
export function keepCopy(
  environment: Pick<Environment, "localStorage">,
  installations: readonly Identity[],
): void {
  const copies = installations.map(({ id, token, ticket, courier, branch, current, highest }) => ({
    id,
    token,
    ticket,
    courier,
    branch,
    current,
    highest,
  }));
  try {
    environment.localStorage?.setItem(KEY, JSON.stringify(copies));
  } catch {
    // The store itself is the first copy.
  }
}

/** Return the highest number that the copy knows of an installation, 0 for none. */
export function highestKept(
  environment: Pick<Environment, "localStorage">,
  installation: string,
): number {
  return survivors(environment).find(({ id }) => id === installation)?.highest ?? 0;
}

/** Raise the copy's highest number of an installation. */
export function keepHighest(
  environment: Pick<Environment, "localStorage">,
  installation: string,
  highest: number,
): void {
  const kept = survivors(environment);
  const one = kept.find(({ id }) => id === installation);
  if (one === undefined || one.highest >= highest) return;
  one.highest = highest;
  keepCopy(environment, kept);
}

function isIdentity(value: unknown): value is Identity {
  return (
    isFields(value) &&
    isText(value["id"]) &&
    isText(value["token"]) &&
    isText(value["ticket"]) &&
    isFields(value["courier"]) &&
    isFields(value["branch"]) &&
    typeof value["current"] === "boolean" &&
    Number.isSafeInteger(value["highest"])
  );
}
