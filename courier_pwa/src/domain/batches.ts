// How many events go into one request, and which come first.

export const MOST_EVENTS = 500;

/**
 * The size of batches, learned from what happens to them: halved when one is too large or does not
 * come through (a slow network, something in between that does not like it), doubled when one
 * does. An event that fails alone lets the others pass first.
 */
export class Batches {
  #size = MOST_EVENTS;
  readonly #failed = new Map<number, number>();

  get size(): number {
    return this.#size;
  }

  /** Return those to send next, lowest numbers first. */
  choose(numbers: readonly number[]): number[] {
    const failures = (seq: number): number => this.#failed.get(seq) ?? 0;
    return [...numbers]
      .sort((one, other) => failures(one) - failures(other) || one - other)
      .slice(0, this.#size)
      .sort((one, other) => one - other);
  }

  succeeded(batch: readonly { seq: number }[]): void {
    for (const { seq } of batch) this.#failed.delete(seq);
    this.#size = Math.min(this.#size * 2, MOST_EVENTS);
  }

  failed(batch: readonly { seq: number }[]): void {
    const [only] = batch;
    if (only === undefined) return;
    if (batch.length === 1) this.#failed.set(only.seq, (this.#failed.get(only.seq) ?? 0) + 1);
    this.#size = Math.max(1, Math.floor(batch.length / 2));
  }
}
