// Draining without a page: the service worker's part in it.

import { CHANNEL, newLife } from "../channel.ts";
import type { Environment } from "../environment.ts";
import { Database } from "../storage/database.ts";
import { Drain } from "./drain.ts";
import { inTurn } from "./turn.ts";

/** Drain once, unless a page is at it. Throws where events still wait, so that the browser tries again. */
export async function drainOnce(environment: Environment): Promise<void> {
  const database = new Database(environment);
  const channel = environment.openChannel(CHANNEL);
  try {
    const drain = new Drain(environment, database, newLife(environment), () => undefined);
    const outcome = await inTurn(environment, database, (keepAlive) => drain.run(keepAlive));
    channel?.postMessage("changed");
    if (outcome !== null && outcome.left !== "none") throw new Error("events still wait");
  } finally {
    channel?.close();
    database.close();
  }
}
