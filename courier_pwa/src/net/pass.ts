// What one pass over an installation's queue has to remember.

import { syncAnswer, type SyncAnswer } from "../domain/answers.ts";
import type { Batches } from "../domain/batches.ts";
import type { EventRecord, Installation } from "../storage/schema.ts";
import type { Reply } from "./request.ts";
import { waysFor, type Way } from "./tokens.ts";

/** From 500 down to 1 are nine halvings; three events in a row that fail alone are no accident. */
const MOST_FAILURES = 12;

/** `no_answer`: nothing that counts came back; `refused`: the service's own words against it. */
export type Trouble = "no_answer" | "busy" | "refused" | "enrol_again" | "storage";

/** What has been asked: the events, and the highest number that had been given out. */
export interface Asked {
  readonly events: readonly EventRecord[];
  readonly highest: number;
}

export class Pass {
  readonly installation: Installation;
  readonly batches: Batches;
  /** Numbers that have had their turn: in a pass each is sent once, whatever is said of it. */
  readonly tried = new Set<number>();
  /** Whether the service has answered in this pass. */
  answered = false;
  readonly #ways: readonly Way[];
  readonly #restored = new Set<string>();
  #way = 0;
  #failures = 0;

  constructor(installation: Installation, current: Installation | undefined, batches: Batches) {
    this.installation = installation;
    this.batches = batches;
    this.#ways = waysFor(installation, current);
  }

  get way(): Way {
    return this.#ways[this.#way]!;
  }

  /** Go on to the next way to deliver; false when there is none. */
  nextWay(): boolean {
    if (this.#way + 1 >= this.#ways.length) return false;
    this.#way += 1;
    return true;
  }

  /** Tell whether the bearer may ask to be known again: once in a pass. */
  mayRestore(): boolean {
    const { id } = this.way.bearer;
    if (this.#restored.has(id)) return false;
    this.#restored.add(id);
    return true;
  }

  /** Return the service's answer; null where the reply is not one. */
  read(reply: Reply | null, { events }: Asked): SyncAnswer | null {
    return reply?.status === 200 ? syncAnswer(reply.json, this.installation.id, events) : null;
  }

  succeeded({ events }: Asked): void {
    this.answered = true;
    this.#failures = 0;
    if (events.length > 0) this.batches.succeeded(events);
  }

  /** Let events have another turn in this pass. */
  again({ events }: Asked): void {
    for (const { seq } of events) this.tried.delete(seq);
  }

  /**
   * Make the next batches smaller; where the reply is about the batch itself, tell whether to go on
   * at once. An event that fails alone has had its turn, and the others follow.
   */
  failed(asked: Asked, aboutBatch: boolean): boolean {
    this.batches.failed(asked.events);
    this.#failures += 1;
    if (!aboutBatch || asked.events.length === 0) return false;
    if (asked.events.length > 1) this.again(asked);
    return this.#failures < MOST_FAILURES;
  }
}
