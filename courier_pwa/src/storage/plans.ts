// The day plan, as it was last loaded.

import { planAnswer } from "../domain/answers.ts";
import { isFields } from "../domain/guards.ts";
import type { Database, Reader } from "./database.ts";
import type { PlanRecord } from "./schema.ts";

const PLAN = "plan";

/** Return the plan of that installation; null for none, or one that cannot be read. */
export async function keptPlan(
  database: Database,
  installation: string,
): Promise<PlanRecord | null> {
  return database.read(["meta"], (transaction) => planIn(transaction, installation));
}

/** The same within a transaction over `meta`. */
export async function planIn(
  transaction: Reader,
  installation: string,
): Promise<PlanRecord | null> {
  const found = await transaction.objectStore("meta").get(PLAN);
  const whole = isFields(found) && planAnswer(found["plan"]) !== null;
  const record = whole ? (found as unknown as PlanRecord) : null;
  return record?.installation === installation ? record : null;
}

export async function keepPlan(database: Database, record: PlanRecord): Promise<void> {
  await database.note(["meta"], (transaction) =>
    transaction.objectStore("meta").put(record, PLAN),
  );
}
