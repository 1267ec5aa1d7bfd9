// Sequence numbers as ranges [first, last], both included, ascending and apart.

export type Range = readonly [first: number, last: number];

/** Return the ranges of the numbers, in any order and with repetitions. */
export function rangesOf(numbers: Iterable<number>): Range[] {
  return union([...numbers].map((number) => [number, number]));
}

/** Return the ranges that cover what any of the given ones covers. */
export function union(ranges: Iterable<Range>): Range[] {
  const sorted = [...ranges].sort((one, other) => one[0] - other[0]);
  const merged: [number, number][] = [];
  for (const [first, last] of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** Return what of 1 … `highest` the ranges leave out. */
export function gaps(ranges: Iterable<Range>, highest: number): Range[] {
  const found: Range[] = [];
  let next = 1;
  for (const [first, last] of union(ranges)) {
    if (first > highest) break;
    if (first > next) found.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next <= highest) found.push([next, highest]);
  return found;
}

/** Tell whether one of the ranges holds the number. */
export function holds(ranges: readonly Range[], number: number): boolean {
  return ranges.some(([first, last]) => first <= number && number <= last);
}

/** Return how many numbers the ranges, which do not overlap, hold. */
export function size(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}
