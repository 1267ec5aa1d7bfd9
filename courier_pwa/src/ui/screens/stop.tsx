// One stop: what is owed, what was done today, what else can be done.

import "../styles/later.css";

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { clock, t, tl } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import type { About } from "../later.tsx";
import { Frame } from "../parts/frame.tsx";
import { OwedList } from "../parts/owed.tsx";
import { WayTo } from "../parts/way.tsx";
import { href, type Route } from "../router.ts";

export function StopPage({ about: [code = "", date = ""] }: About) {
  const { core, points, today, positions } = useApp();
  const point = points.value.get(code) ?? null;
  const day = date || today.value;
  const owed = core.owedAt(code, day);
  const words = tl().stop;
  useEffect(() => positions.follow(), []);
  const round = core.plan.value?.rounds.find(
    (each) => each.date === day && each.stops.some((stop) => stop.point === code),
  );
  const back: Route = round ? ["round", round.route, day] : ["today"];
  return (
    <Frame title={point?.name ?? words.unknown} back={back}>
      <p class="soft">
        {point && [words.kinds[point.kind], point.town, point.village].filter(Boolean).join(" · ")}
      </p>
      <WayTo point={point} />
      <section aria-labelledby="owed">
        <h2 id="owed">{words.owed}</h2>
        {owed.today.length + owed.older.length === 0 && <p class="note">{words.nothing}</p>}
        <OwedList items={owed.today} dated={false} />
      </section>
      {owed.older.length > 0 && (
        <section class="older-owed" aria-labelledby="older">
          <h2 id="older">{words.older}</h2>
          <OwedList items={owed.older} dated={true} />
        </section>
      )}
      <Log code={code} />
      <div class="actions">
        <a class="button" href={href("attempt", code)} data-testid="cannot">
          {words.cannot}
        </a>
        <a class="button" href={href("code")} data-testid="type-code">
          {words.typeCode}
        </a>
      </div>
    </Frame>
  );
}

function Log({ code }: { code: string }) {
  const { core, events } = useApp();
  const words = tl().stop;
  const mine = core.enrolment.value?.installation;
  const own = events.value.filter(
    ({ event }) => (event.kind === "scan" || event.kind === "attempt") && event.point === code,
  );
  if (!own.length) return null;
  return (
    <section aria-labelledby="log">
      <h2 id="log">{words.log}</h2>
      <ul class="plain">
        {own.map(({ id, installation, event, voidedBy }) => (
          <li key={id}>
            <span>
              {clock(event.at)}{" "}
              {event.kind === "attempt" ? words.failed : voidedBy ? words.undone : words.scanned}
            </span>
            <span class="soft">
              {event.kind === "scan" && !voidedBy && installation === mine && <Undo scan={id} />}
              {event.kind === "scan" && t().copies(event.items.reduce((n, i) => n + i.copies, 0))}
              {event.kind === "attempt" && tl().attempt.reasons[event.reason]}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Undo({ scan }: { scan: string }) {
  const { core, cues } = useApp();
  const failed = useSignal(false);
  const undo = async (): Promise<void> => {
    try {
      await core.correct(scan, []);
      cues.give("again");
    } catch {
      failed.value = true;
      cues.give("failed");
    }
  };
  return (
    <>
      {failed.value && (
        <strong class="error" role="alert">
          {tl().card.changeFailed}
        </strong>
      )}
      <button type="button" data-testid="undo-scan" onClick={() => void undo()}>
        {tl().card.undo}
      </button>{" "}
    </>
  );
}
