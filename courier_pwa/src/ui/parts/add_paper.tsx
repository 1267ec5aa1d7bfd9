// Adds an issue to the card that the plan does not list there.

import { useSignal, type Signal } from "@preact/signals";

import { MOST_COPIES } from "../../domain/events.ts";
import { t, tl } from "../../i18n/index.ts";
import { useApp, useScanner } from "../context.ts";
import type { Card } from "../scanning/cards.ts";
import { withAdded } from "../scanning/lines.ts";

export function AddPaper({ card, done }: { card: Card; done: () => void }) {
  const { core, titles } = useApp();
  const scanner = useScanner();
  const words = tl().card;
  const title = useSignal([...titles.value.keys()][0] ?? "");
  const date = useSignal(core.today());
  const copies = useSignal("1");
  const add = (event: Event): void => {
    event.preventDefault();
    const count = Math.min(MOST_COPIES, Math.max(1, Math.round(Number(copies.value)) || 1));
    const item = { title: title.value, date: date.value, copies: count };
    if (item.title && item.date) scanner.change(withAdded(card.lines, item));
    done();
  };
  return (
    <form class="add-paper" onSubmit={add} data-testid="add-form">
      <Title title={title} />
      <label>
        {words.addDate}
        <input
          type="date"
          value={date.value}
          max={core.today()}
          onInput={(event) => (date.value = event.currentTarget.value)}
        />
      </label>
      <label>
        {words.addCopies}
        <input
          type="number"
          inputMode="numeric"
          min={1}
          max={MOST_COPIES}
          value={copies.value}
          onInput={(event) => (copies.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary">
        {words.addDo}
      </button>
      <button type="button" onClick={done}>
        {t().cancel}
      </button>
    </form>
  );
}

function Title({ title }: { title: Signal<string> }) {
  const { titles } = useApp();
  return (
    <label>
      {tl().card.addTitle}
      <select value={title.value} onChange={(event) => (title.value = event.currentTarget.value)}>
        {[...titles.value].map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
