// The day plan and the courier's record, as the service has them now.

import { planAnswer, recordAnswer, type WeekRecord } from "../domain/answers.ts";
import type { Environment } from "../environment.ts";
import type { Database } from "../storage/database.ts";
import { keepPlan, keptPlan } from "../storage/plans.ts";
import type { Installation, PlanRecord } from "../storage/schema.ts";
import { ask } from "./request.ts";

export type Loaded = "new" | "unchanged" | "no_answer";

/** Load the plan of the next four days and keep it. Throws StorageError. */
export async function loadPlan(
  environment: Environment,
  database: Database,
  { id, token }: Installation,
): Promise<{ loaded: Loaded; record: PlanRecord | null }> {
  const kept = await keptPlan(database, id);
  const asked = environment.now();
  const reply = await ask(environment, "day-plan?days=4", { token, etag: kept?.etag ?? null });
  if (reply?.status === 304 && kept !== null) {
    const record = { ...kept, fetched: asked };
    await keepPlan(database, record);
    return { loaded: "unchanged", record };
  }
  const plan = reply?.status === 200 ? planAnswer(reply.json) : null;
  if (plan === null) return { loaded: "no_answer", record: kept };
  const record = { installation: id, etag: reply?.etag ?? null, fetched: asked, plan };
  await keepPlan(database, record);
  return { loaded: "new", record };
}

/** Return the courier's rates by week; null without an answer. */
export async function loadRecord(
  environment: Environment,
  { token }: Installation,
): Promise<readonly WeekRecord[] | null> {
  const reply = await ask(environment, "my-record", { token });
  return reply?.status === 200 ? recordAnswer(reply.json) : null;
}
