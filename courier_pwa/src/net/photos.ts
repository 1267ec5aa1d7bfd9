// Photos travel one by one, after their events.

import type { Environment } from "../environment.ts";
import type { Database } from "../storage/database.ts";
import { installations } from "../storage/installations.ts";
import { markPhoto, photoOf, photosToSend } from "../storage/photos.ts";
import { ask, refusal } from "./request.ts";
import { waysFor } from "./tokens.ts";

/** A photo of 1 MB over 150 kbit/s. */
const PATIENCE_MS = 60_000;

/**
 * Send the photos whose events are acknowledged; stops at the first that does not come through, and
 * begins with the others next time. `failures` remembers how often each has failed.
 */
export async function sendPhotos(
  environment: Environment,
  database: Database,
  failures: Map<string, number>,
): Promise<void> {
  const failed = (event: string): number => failures.get(event) ?? 0;
  const events = (await photosToSend(database)).sort((one, other) => failed(one) - failed(other));
  for (const event of events) {
    if ((await sendPhoto(environment, database, event)) !== "no_answer") continue;
    failures.set(event, failed(event) + 1);
    return;
  }
}

async function sendPhoto(
  environment: Environment,
  database: Database,
  event: string,
): Promise<"done" | "later" | "no_answer"> {
  const photo = await photoOf(database, event);
  const all = await installations(database);
  const owner = all.find(({ id }) => id === photo?.installation);
  if (photo === undefined || owner === undefined) return "later";
  const current = all.find((each) => each.current);
  for (const { bearer } of waysFor(owner, current)) {
    const reply = await ask(environment, `photos/${event}`, {
      method: "PUT",
      token: bearer.token,
      jpeg: photo.jpeg,
      patience: PATIENCE_MS,
    });
    if (reply === null) return "no_answer";
    const code = refusal(reply);
    if (reply.status === 204 || code === "not_a_photo" || code === "too_large") {
      await markPhoto(database, event, reply.status === 204 ? "sent" : "refused");
      return "done";
    }
    if (code === null || reply.status === 429 || reply.status >= 500) return "no_answer";
  }
  return "later";
}
