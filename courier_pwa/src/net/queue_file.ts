// The queue as a file: the last resort of a phone that cannot sync.

import { hex, sha256 } from "../hashing.ts";
import type { Environment } from "../environment.ts";
import type { Reading } from "../domain/clock.ts";
import type { Identity } from "../storage/schema.ts";

/** What of an installation is not acknowledged, with what is needed to understand it. */
export interface Unsent {
  readonly owner: Identity;
  readonly life: string;
  readonly clock: readonly Reading[];
  readonly events: readonly unknown[];
}

/** Return the file that the console imports (docs/sync-protocol.md, "The queue as a file"). */
export async function queueFile(environment: Environment, unsent: Unsent): Promise<Blob> {
  const { owner, life, clock, events } = unsent;
  const sent = {
    at: new Date(environment.now()).toISOString(),
    mono: environment.mono(),
    life,
  };
  const { highest } = owner;
  const body = JSON.stringify({ sent, highest, waiting: events.length, clock, events });
  const file = {
    jianbao_queue: 1,
    installation: owner.id,
    ticket: owner.ticket,
    body,
    signature: await signature(environment, owner.token, body),
  };
  return new Blob([JSON.stringify(file)], { type: "application/json" });
}

async function signature(
  { crypto }: Environment,
  token: string,
  body: string,
): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const secret = await sha256(crypto, token);
  const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign"]);
  return hex(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(body)));
}
