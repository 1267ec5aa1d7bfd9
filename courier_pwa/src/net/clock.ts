// Reading the service's clock, so that what the device's clocks say can be understood.

import { clockAnswer } from "../domain/answers.ts";
import { isStale, isSteady, measure, type Moment, type Reading, type Timed } from "../domain/clock.ts";
import type { Environment } from "../environment.ts";
import type { Database } from "../storage/database.ts";
import { highestNumbers, keepReading, readUpTo } from "../storage/readings.ts";
import { ask } from "./request.ts";

const MOST_REQUESTS = 5;
const GOOD_ENOUGH_MS = 60;
const PATIENCE_MS = 3_000;

const NO_ANSWER = { trouble: "no_answer", retryAfter: null } as const;

interface Ready {
  readonly trouble: { trouble: "no_answer" | "busy"; retryAfter: number | null } | null;
  readonly upTo: number;
}

export class Clock {
  readonly #environment: Environment;
  readonly #database: Database;
  readonly #life: string;
  #newest: Pick<Reading, "life" | "mono" | "at"> | null = null;
  #trouble: NonNullable<Ready["trouble"]> = NO_ANSWER;

  constructor(environment: Environment, database: Database, life: string) {
    this.#environment = environment;
    this.#database = database;
    this.#life = life;
  }

  moment(): Moment {
    return { at: this.#environment.now(), mono: this.#environment.mono(), life: this.#life };
  }

  /**
   * See to it that the readings are fresh and that one has been taken after all of these events.
   * Return the number up to which events may be sent, or what stands in the way.
   */
  async readyFor(installation: string, waiting: readonly number[]): Promise<Ready> {
    const last = waiting.at(-1) ?? 0;
    const fresh = this.#newest !== null && !isStale(this.#newest, this.moment());
    if (!fresh || (await readUpTo(this.#database, installation)) < last) {
      if (!(await this.#read())) return { trouble: this.#trouble, upTo: 0 };
    }
    return { trouble: null, upTo: await readUpTo(this.#database, installation) };
  }

  /** Take a reading and keep it; false when the service did not answer. */
  async #read(): Promise<boolean> {
    // Events recorded meanwhile spoil a reading: again, faster; at last take it as it is.
    for (const requests of [MOST_REQUESTS, 2, 1]) {
      const began = this.#environment.mono();
      const before = await highestNumbers(this.#database);
      const reading = await this.#best(requests);
      if (reading === null) return false;
      // Events recorded since may have happened as early as that: less is known of them.
      const error_ms = reading.error_ms + Math.ceil(reading.mono - began);
      const anyway = requests === 1 ? { ...reading, error_ms } : null;
      if (await keepReading(this.#database, reading, before, anyway)) {
        this.#newest = reading;
        return true;
      }
    }
    return false;
  }

  /** Return the shortest of some timed requests; null when the first has no answer. */
  async #best(most: number): Promise<Omit<Reading, "after"> | null> {
    const started = this.#environment.mono();
    let best: Omit<Reading, "after"> | null = null;
    for (let count = 0; count < most; count += 1) {
      const timed = await this.#timed();
      if (timed === null) break;
      const reading = measure(timed);
      if (best === null || reading.error_ms < best.error_ms) best = reading;
      if (best.error_ms <= GOOD_ENOUGH_MS) break;
      if (this.#environment.mono() - started > PATIENCE_MS) break;
    }
    return best;
  }

  async #timed(): Promise<Timed | null> {
    const before = this.moment();
    const reply = await ask(this.#environment, "clock");
    const after = this.moment();
    const service = reply?.status === 200 ? clockAnswer(reply.json) : null;
    if (service === null) {
      const busy = reply?.status === 429 || reply?.status === 503;
      this.#trouble = {
        trouble: busy ? "busy" : "no_answer",
        retryAfter: reply?.retryAfter ?? null,
      };
      return null;
    }
    this.#trouble = NO_ANSWER;
    const timed = { before, after, service };
    return isSteady(timed) ? timed : null;
  }
}
