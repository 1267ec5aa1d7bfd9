// Time that passes when a test says so; storage and promises go on by themselves.

/** Turns of Node's event loop without anything to do, after which nothing goes on by itself. */
const QUIET = 8;
/** What keeps Node busy: storage works by immediates, hashing by jobs of its thread pool. */
const BUSY = /Immediate|Request|Job/;

export class Time {
  /** Wall clock; tests may set it. */
  now: number;
  mono = 1_000;
  #timers = new Map<number, { at: number; callback: () => void }>();
  #next = 1;

  constructor(now = Date.parse("2026-07-06T01:00:00Z")) {
    this.now = now;
  }

  readonly setTimeout = (callback: () => void, milliseconds: number): number => {
    const id = this.#next++;
    this.#timers.set(id, { at: this.mono + milliseconds, callback });
    return id;
  };

  readonly clearTimeout = (id: unknown): void => void this.#timers.delete(id as number);

  /** Let everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET; quiet += 1) {
      await new Promise((done) => setImmediate(done));
      if (process.getActiveResourcesInfo().some((each) => BUSY.test(each))) quiet = 0;
    }
  }

  /** Let time pass, each timer at its moment. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.mono + milliseconds;
    await this.settle();
    for (let due = this.#due(end); due !== null; due = this.#due(end)) {
      this.#jump(due.at);
      this.#timers.delete(due.id);
      due.callback();
      await this.settle();
    }
    this.#jump(end);
  }

  /** Let time pass until the promise is settled, an hour at most. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let over = false;
    promise.then(
      () => (over = true),
      () => (over = true),
    );
    const end = this.mono + 3_600_000;
    for (await this.settle(); !over; await this.settle()) {
      const due = this.#due(end);
      if (due === null) throw new Error("nothing is going to happen");
      this.#jump(due.at);
      this.#timers.delete(due.id);
      due.callback();
    }
    return promise;
  }

  #due(end: number): { id: number; at: number; callback: () => void } | null {
    const [first] = [...this.#timers].sort(([, one], [, other]) => one.at - other.at);
    return first !== undefined && first[1].at <= end ? { id: first[0], ...first[1] } : null;
  }

  #jump(mono: number): void {
    this.now += Math.max(0, mono - this.mono);
    this.mono = Math.max(this.mono, mono);
  }
}
