// When to drain: at once when something happened, again with backoff while it fails, and now and then
// when all is delivered, since the service may turn out to have lost something.

import { delayAfter, LONGEST_MS } from "../domain/backoff.ts";
import type { Environment, Timer } from "../environment.ts";
import { NOTHING_TO_DO, type Outcome } from "./drain.ts";
import type { Trouble } from "./pass.ts";

export type Why = "start" | "online" | "visible" | "record" | "tap" | "timer";

export interface LoopState {
  readonly phase: "idle" | "sending" | "waiting";
  /** Wall clock, milliseconds. */
  readonly lastSuccess: number | null;
  readonly nextTry: number | null;
  readonly trouble: Trouble | null;
}

/** Another tab is at it, or has recorded: look soon, whether it is done. */
const ELSEWHERE_MS = 5_000;

export class Loop {
  readonly #environment: Environment;
  readonly #drain: () => Promise<Outcome | null>;
  readonly #waits: () => boolean;
  readonly #tell: (state: LoopState) => void;
  #state: LoopState = { phase: "idle", lastSuccess: null, nextTry: null, trouble: null };
  #running: Promise<void> | null = null;
  #again: "no" | "if_well" | "surely" = "no";
  #timer: Timer | null = null;
  #failures = 0;
  /** Monotonic clock before which the service does not want to hear of new events. */
  #notBefore = 0;
  #stopped = false;

  /**
   * `drain` returns null where another tab drains; `waits` tells whether anything is known to wait;
   * `tell` hears of every change of state.
   */
  constructor(
    environment: Environment,
    drain: () => Promise<Outcome | null>,
    waits: () => boolean,
    tell: (state: LoopState) => void,
  ) {
    this.#environment = environment;
    this.#drain = drain;
    this.#waits = waits;
    this.#tell = tell;
  }

  /** Drain now, or once more after the pass that is under way; resolves when that has ended. */
  wake(why: Why): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    const asked = why === "record" && this.#environment.mono() < this.#notBefore;
    if (asked) return this.#running ?? Promise.resolve();
    if (this.#running !== null) {
      const strong = why !== "record" && why !== "timer";
      if (strong) this.#again = "surely";
      else if (this.#again === "no") this.#again = "if_well";
      return this.#running;
    }
    // Set before anything is awaited: two triggers at once must not start two passes.
    this.#running = this.#passes(why);
    return this.#running;
  }

  /**
   * Hear that another tab has changed something: what it recorded goes from here soon, even if that
   * tab is closed now, or has failed so often that it waits for minutes.
   */
  look(): void {
    const calm = !this.#stopped && this.#running === null && this.#failures === 0;
    if (calm && this.#waits() !== (this.#state.phase === "waiting")) this.#schedule(NOTHING_TO_DO);
  }

  /** Start no pass any more. */
  stop(): void {
    this.#stopped = true;
    this.#clearTimer();
  }

  async #passes(why: Why): Promise<void> {
    this.#clearTimer();
    this.#set({ phase: "sending", nextTry: null });
    for (;;) {
      this.#again = "no";
      const outcome = await this.#pass(why);
      if (this.#stopped) break;
      const well = outcome !== null && outcome.trouble === null;
      const more = well && outcome.left === "untried";
      const again = this.#again as "no" | "if_well" | "surely";
      if (more || again === "surely" || (again === "if_well" && well)) continue;
      this.#schedule(outcome);
      this.#running = null; // at once: whoever wakes us from now on starts the next pass
      return;
    }
  }

  async #pass(why: Why): Promise<Outcome | null> {
    try {
      const outcome = await this.#drain();
      this.#count(outcome, why);
      return outcome;
    } catch (error) {
      console.error(error); // a fault of ours: the queue is whole, and there is a next time
      const outcome = { trouble: "storage", retryAfter: null, left: "tried" } as const;
      this.#count({ ...outcome, answered: false }, why);
      return { ...outcome, answered: false };
    }
  }

  /** Count a failure, once for each time waited: scanning often puts the next try off no further. */
  #count(outcome: Outcome | null, why: Why): void {
    if (outcome === null) return;
    const { trouble, left, retryAfter, answered } = outcome;
    const failures = why === "timer" ? this.#failures + 1 : Math.max(this.#failures, 1);
    this.#failures = trouble === null && left !== "tried" ? 0 : failures;
    const wait = Math.min(retryAfter ?? 0, LONGEST_MS);
    this.#notBefore = trouble === "busy" ? this.#environment.mono() + wait : 0;
    this.#set({ trouble, ...(answered && { lastSuccess: this.#environment.now() }) });
  }

  #schedule(outcome: Outcome | null): void {
    this.#clearTimer();
    const elsewhere = outcome === null || (this.#failures === 0 && this.#waits());
    const delay = elsewhere ? this.#soon() : this.#delay(outcome);
    const nextTry = this.#environment.now() + delay;
    const waits = elsewhere || this.#failures > 0;
    this.#set(waits ? { phase: "waiting", nextTry } : { phase: "idle", nextTry: null });
    this.#timer = this.#environment.setTimeout(() => {
      this.#timer = null;
      void this.wake("timer");
    }, delay);
  }

  #soon(): number {
    return ELSEWHERE_MS * (1 + this.#environment.random());
  }

  #delay(outcome: Outcome): number {
    const random = this.#environment.random();
    // Nothing to deliver: ask now and then. A refused phone: its courier has to enrol anew.
    const slow = this.#failures === 0 || outcome.trouble === "enrol_again";
    if (slow) return LONGEST_MS * (1 - random / 4);
    return delayAfter(this.#failures, random, outcome.retryAfter);
  }

  #set(changes: Partial<LoopState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#tell(this.#state);
  }

  #clearTimer(): void {
    if (this.#timer !== null) this.#environment.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
