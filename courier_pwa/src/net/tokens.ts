// Who a phone is to the service: enrolling, being known again, and whose token carries a queue.

import { enrolmentAnswer, type EnrolmentAnswer } from "../domain/answers.ts";
import type { Environment } from "../environment.ts";
import type { Enrolling, Installation } from "../storage/schema.ts";
import { ask, refusal } from "./request.ts";

/** How a request shows who it is from, and whose events it carries. */
export interface Way {
  readonly bearer: Installation;
  /** The queue's own token, where another installation carries it. */
  readonly own?: string;
}

/**
 * Return the ways to deliver an installation's queue: by its own token, else carried by the current
 * installation; in the other order while its own token is known to be refused.
 */
export function waysFor(installation: Installation, current: Installation | undefined): Way[] {
  const own: Way = { bearer: installation };
  if (current === undefined || current.id === installation.id) return [own];
  const carried: Way = { bearer: current, own: installation.token };
  return installation.refused === undefined ? [own, carried] : [carried, own];
}

/** Send an enrolment code. `null`: no answer; a text: the service's refusal. */
export async function requestEnrolment(
  environment: Environment,
  { code, installation, token }: Enrolling,
): Promise<EnrolmentAnswer | string | null> {
  const { appVersion: app_version } = environment;
  const device = environment.device || null;
  const reply = await ask(environment, "phones", {
    method: "POST",
    json: { code, installation, token, app_version, device },
  });
  if (reply === null) return null;
  const answered = reply.status === 200 || reply.status === 201;
  return answered ? enrolmentAnswer(reply.json, installation) : refusal(reply);
}

/** Make a service that was restored from a backup know the installation again; as above. */
export async function requestRestoring(
  environment: Environment,
  { id, ticket, token }: Installation,
): Promise<"known" | string | null> {
  const reply = await ask(environment, "phones/restored", {
    method: "POST",
    json: { ticket, token },
  });
  if (reply === null) return null;
  if (reply.status === 200 || reply.status === 201) {
    return enrolmentAnswer(reply.json, id) === null ? null : "known";
  }
  return refusal(reply);
}
