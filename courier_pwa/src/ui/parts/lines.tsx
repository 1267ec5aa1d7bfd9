// A card's lines: tick and count, today's and older ones apart.

import { shortDate, t, tl } from "../../i18n/index.ts";
import { useApp, useScanner } from "../context.ts";
import type { Card } from "../scanning/cards.ts";
import { withCopies, type Line } from "../scanning/lines.ts";
import { Icon } from "./icons.tsx";

export function Lines({ card }: { card: Card }) {
  const groups = (["today", "older", "added"] as const)
    .map((kind) => ({ kind, lines: card.lines.filter((line) => line.kind === kind) }))
    .filter(({ lines }) => lines.length > 0);
  return (
    <>
      {groups.map(({ kind, lines }) => (
        <fieldset key={kind} class={`lines lines-${kind}`} data-testid={`lines-${kind}`}>
          <legend>{tl().card[kind]}</legend>
          {lines.map((line) => (
            <LineRow key={`${line.title} ${line.date}`} card={card} line={line} />
          ))}
        </fieldset>
      ))}
    </>
  );
}

function LineRow({ card, line }: { card: Card; line: Line }) {
  const { titles } = useApp();
  const scanner = useScanner();
  const name = titles.value.get(line.title) ?? line.title;
  const issue = line.kind === "today" ? name : `${name} ${shortDate(line.date)}`;
  const index = card.lines.indexOf(line);
  const locked = card.state !== "recorded";
  const set = (copies: number): void => scanner.change(withCopies(card.lines, index, copies));
  return (
    <div class={line.copies ? "line" : "line line-off"} data-testid="line">
      <label>
        <input
          type="checkbox"
          checked={line.copies > 0}
          disabled={locked}
          onChange={(event) => set(event.currentTarget.checked ? line.most : 0)}
        />
        <span>{issue}</span>
      </label>
      {line.most > 1 && (
        <button
          type="button"
          class="step"
          aria-label={tl().card.less(issue)}
          disabled={locked || line.copies === 0}
          onClick={() => set(line.copies - 1)}
        >
          <Icon name="minus" />
        </button>
      )}
      <b class="copies" aria-label={t().copies(line.copies)}>
        {line.copies}
      </b>
      {line.most > 1 && (
        <button
          type="button"
          class="step"
          aria-label={tl().card.more(issue)}
          disabled={locked || line.copies >= line.most}
          onClick={() => set(line.copies + 1)}
        >
          <Icon name="plus" />
        </button>
      )}
    </div>
  );
}
