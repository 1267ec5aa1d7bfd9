// Finds a stop among the plan's: those still open in today's rounds first, in their order.

import "../styles/later.css";

import { useComputed, useSignal } from "@preact/signals";

import type { PlanPoint } from "../../core.ts";
import { tl } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import { matching } from "../logic/matching.ts";
import { progressOf } from "../logic/rounds.ts";

const SHOWN = 30;

export function ChooseStop({ choose }: { choose: (point: PlanPoint) => void }) {
  const { core, points, events, today } = useApp();
  const wanted = useSignal("");
  const ordered = useComputed(() => {
    const rounds = core.plan.value?.rounds.filter(({ date }) => date === today.value) ?? [];
    const stops = rounds.flatMap((round) => progressOf(round, points.value, events.value).stops);
    const open = stops.filter(({ state }) => state !== "done").map(({ code }) => code);
    const order = new Set([...open, ...stops.map(({ code }) => code), ...points.value.keys()]);
    return [...order].map((code) => points.value.get(code)).filter((point) => point !== undefined);
  });
  const found = matching(ordered.value, wanted.value);
  return (
    <div class="choose">
      <label>
        {tl().choose.find}
        <input
          type="search"
          value={wanted.value}
          data-testid="find"
          onInput={(event) => (wanted.value = event.currentTarget.value)}
        />
      </label>
      {found.length === 0 && <p class="note">{tl().choose.none}</p>}
      <ul class="plain">
        {found.slice(0, SHOWN).map((point) => (
          <li key={point.code}>
            <button type="button" class="row" data-testid="choice" onClick={() => choose(point)}>
              {point.name}
              <small class="soft"> {point.village ?? point.town}</small>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
