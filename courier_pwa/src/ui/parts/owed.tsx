// What a point is owed, in one line.

import type { Item } from "../../core.ts";
import { shortDate, t } from "../../i18n/index.ts";
import { useApp } from "../context.ts";

/** Titles and copies of the day, older ones summed up behind them. */
export function OwedLine({ point, date }: { point: string; date: string }) {
  const { core, titles } = useApp();
  const { today, older } = core.owedAt(point, date);
  if (!today.length && !older.length) return <small class="owed">{t().round.owesNothing}</small>;
  return (
    <small class="owed">
      {today.map(({ title, copies }) => (
        <span key={title}>
          {titles.value.get(title) ?? title} ×{copies}
        </span>
      ))}
      {older.length > 0 && (
        <span class="older">
          {t().round.older} ×{sum(older)}
        </span>
      )}
    </small>
  );
}

/** The same as a list, an issue a line. */
export function OwedList({ items, dated }: { items: readonly Item[]; dated: boolean }) {
  const { titles } = useApp();
  return (
    <ul class="plain owed-list">
      {items.map(({ title, date, copies }) => (
        <li key={`${title} ${date}`}>
          <span>
            {titles.value.get(title) ?? title}
            {dated && <small class="soft"> {shortDate(date)}</small>}
          </span>
          <b>×{copies}</b>
        </li>
      ))}
    </ul>
  );
}

function sum(items: readonly Item[]): number {
  return items.reduce((total, { copies }) => total + copies, 0);
}
