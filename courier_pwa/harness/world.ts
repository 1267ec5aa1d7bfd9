/** The time of a schedule: it stands still while anything real is under way, and then leaps. */

interface Timer {
  readonly id: number;
  readonly due: number;
  readonly run: () => void;
  /** Put off while this says so: when it may run, in the world's time. */
  readonly notBefore: () => number;
}

/** How long a schedule may wait for something real before it counts as hung. */
const PATIENCE_MS = 120_000;

const turn = globalThis.setImmediate;
const after = globalThis.setTimeout;
const cancel = globalThis.clearTimeout;

export class World {
  /** True time, milliseconds since 1970. */
  now: number;
  private readonly timers = new Map<number, Timer>();
  private lastTimer = 0;
  private tasks = 0;
  private requests = 0;
  private woken: (() => void) | null = null;

  constructor(now: number) {
    this.now = now;
  }

  /** Run after so many milliseconds of the world; `notBefore` may put it off again and again. */
  later(delay: number, run: () => void, notBefore: () => number = () => 0): number {
    this.lastTimer += 1;
    const due = this.now + Math.max(0, Number.isFinite(delay) ? delay : 0);
    this.timers.set(this.lastTimer, { id: this.lastTimer, due, run, notBefore });
    return this.lastTimer;
  }

  forget(id: number | undefined): void {
    if (id !== undefined) this.timers.delete(id);
  }

  /** Wait so long in the world's time. */
  sleep(delay: number): Promise<void> {
    return new Promise((resolve) => {
      this.later(delay, resolve);
    });
  }

  /** Let time stand still until the real work has ended. */
  async real<Result>(work: Promise<Result>): Promise<Result> {
    this.requests += 1;
    try {
      return await work;
    } finally {
      this.requests -= 1;
      this.woken?.();
    }
  }

  /** Count a task of Node's own loop as real work: fake-indexeddb is made of such. */
  immediate(run: () => void): void {
    this.tasks += 1;
    turn(() => {
      try {
        run();
      } finally {
        this.tasks -= 1;
      }
    });
  }

  /** Go on to that instant, running what is due on the way. */
  async until(instant: number): Promise<void> {
    await this.settle();
    for (let next = this.next(); next !== null && next.due <= instant; next = this.next()) {
      this.now = Math.max(this.now, next.due);
      this.timers.delete(next.timer.id);
      next.timer.run();
      await this.settle();
    }
    this.now = Math.max(this.now, instant);
  }

  /** Go on until the promise is settled, at most so long. */
  async await<Result>(work: Promise<Result>, atMost: number): Promise<Result | "pending"> {
    const limit = this.now + atMost;
    let outcome: { result: Result } | { error: unknown } | null = null;
    work.then(
      (result) => (outcome = { result }),
      (error: unknown) => (outcome = { error }),
    );
    await this.settle();
    while (outcome === null) {
      const next = this.next();
      if (next === null || next.due > limit) return "pending";
      await this.until(next.due);
    }
    const settled = outcome as { result: Result } | { error: unknown };
    if ("error" in settled) throw settled.error;
    return settled.result;
  }

  /** Wait until nothing runs that needs no time of the world. */
  async settle(): Promise<void> {
    const started = performance.now();
    for (let idle = 0; idle < 2; ) {
      await new Promise<void>((resolve) => void turn(resolve));
      idle = this.tasks + this.requests === 0 ? idle + 1 : 0;
      if (performance.now() - started > PATIENCE_MS) {
        throw new Error(`the world stands still: ${this.tasks} tasks, ${this.requests} requests`);
      }
      if (this.tasks === 0 && this.requests > 0) await this.nudge();
    }
  }

  /** Wait for a request to end, at most a moment, without burning the processor. */
  private nudge(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel(timer);
        this.woken = null;
        resolve();
      };
      const timer = after(done, 50);
      this.woken = done;
    });
  }

  /** The timer that runs next, and when. */
  private next(): { timer: Timer; due: number } | null {
    let first: { timer: Timer; due: number } | null = null;
    for (const timer of this.timers.values()) {
      const due = Math.max(timer.due, timer.notBefore());
      if (first === null || due < first.due) first = { timer, due };
    }
    return first;
  }
}
