// Storage that does not answer must not keep anyone waiting.

import type { Environment, Timer } from "../environment.ts";

export class TooSlow extends Error {
  override readonly name = "TooSlow";
}

/** A point in time by which things have to be done; one timer, however many steps. */
export class Deadline {
  readonly #environment: Pick<Environment, "setTimeout" | "clearTimeout">;
  readonly #timer: Timer;
  readonly #passed: Promise<never>;

  constructor(environment: Pick<Environment, "setTimeout" | "clearTimeout">, milliseconds: number) {
    this.#environment = environment;
    let pass: (error: Error) => void;
    this.#passed = new Promise((_, reject) => (pass = reject));
    this.#passed.catch(() => undefined); // nobody may be waiting when it passes
    this.#timer = environment.setTimeout(
      () => pass(new TooSlow(`no answer within ${milliseconds} ms`)),
      milliseconds,
    );
  }

  /** Return what the promise brings; throw TooSlow when the time passes before. */
  async of<T>(promise: PromiseLike<T>): Promise<T> {
    return Promise.race([promise, this.#passed]);
  }

  done(): void {
    this.#environment.clearTimeout(this.#timer);
  }
}
