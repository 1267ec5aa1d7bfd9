// The lines of a stop's card: what is owed, and how much of it the courier says was handed over.

import { MOST_COPIES } from "../../domain/events.ts";
import type { Item, OwedThere, StoredEvent } from "../../core.ts";

export interface Line {
  readonly title: string;
  readonly date: string;
  /** Handed over, as far as the courier says; 0 where it is unticked. */
  readonly copies: number;
  /** What is owed or was added: the most that can be ticked. */
  readonly most: number;
  readonly kind: "today" | "older" | "added";
}

/** Return a line for everything owed, all of it handed over. */
export function linesOf(owed: OwedThere): readonly Line[] {
  const lines = (items: readonly Item[], kind: Line["kind"]): Line[] =>
    items.map(({ title, date, copies }) => ({ title, date, copies, most: copies, kind }));
  return [...lines(owed.today, "today"), ...lines(owed.older, "older")];
}

/** Return what was handed over by these lines. */
export function itemsOf(lines: readonly Line[]): readonly Item[] {
  return lines
    .filter(({ copies }) => copies > 0)
    .map(({ title, date, copies }) => ({ title, date, copies }));
}

/** Return the lines with one of them at `copies`, kept between 0 and its most. */
export function withCopies(lines: readonly Line[], index: number, copies: number): readonly Line[] {
  return lines.map((line, at) =>
    at === index ? { ...line, copies: Math.min(line.most, Math.max(0, copies)) } : line,
  );
}

/** Return the lines with copies of an issue added: to its own line where there is one. */
export function withAdded(lines: readonly Line[], { title, date, copies }: Item): readonly Line[] {
  const index = lines.findIndex((line) => line.title === title && line.date === date);
  const before = lines[index];
  if (!before) return [...lines, { title, date, copies, most: copies, kind: "added" }];
  const all = Math.min(MOST_COPIES, before.copies + copies);
  const most = Math.max(before.most, all);
  return lines.map((line, at) => (at === index ? { ...line, copies: all, most } : line));
}

/** Return the lines with at least these copies of an issue. */
export function withAtLeast(lines: readonly Line[], item: Item): readonly Line[] {
  const { title, date, copies } = item;
  const known = lines.find((line) => line.title === title && line.date === date)?.copies ?? 0;
  return copies <= known ? lines : withAdded(lines, { title, date, copies: copies - known });
}

/** Tell whether `items` differ from what the scan says. */
export function differs(items: readonly Item[], scan: StoredEvent): boolean {
  const written = scan.event.kind === "scan" ? scan.event.items : [];
  const text = (all: readonly Item[]): string =>
    all.map(({ title, date, copies }) => `${title}\n${date}\n${copies}`).join("\n\n");
  return text(items) !== text(written);
}
