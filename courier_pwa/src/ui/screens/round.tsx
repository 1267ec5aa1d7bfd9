// The round: where it stands, the next stop, all stops in order.

import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { PlanRound } from "../../core.ts";
import { clock, longDate, t } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import type { About } from "../later.tsx";
import { progressOf, roundOf, type Progress, type Stop } from "../logic/rounds.ts";
import { Frame } from "../parts/frame.tsx";
import { Icon } from "../parts/icons.tsx";
import { OwedLine } from "../parts/owed.tsx";
import { WayTo } from "../parts/way.tsx";
import { href } from "../router.ts";

export function Round({ about: [code = "", date = ""] }: About) {
  const { core, positions } = useApp();
  const round = roundOf(core.plan.value, code, date);
  useEffect(() => positions.follow(), []);
  return (
    <Frame title={round?.name ?? code} back={["today"]} scan={["scan", code, date]}>
      {round ? <Stops round={round} /> : <p class="note">{t().round.missing}</p>}
    </Frame>
  );
}

function Stops({ round }: { round: PlanRound }) {
  const { points, events, today } = useApp();
  const onlyOpen = useSignal(false);
  const progress = useComputed(() => progressOf(round, points.value, events.value)).value;
  const isToday = round.date === today.value;
  const shown = progress.stops.filter(({ state }) => !onlyOpen.value || state !== "done");
  return (
    <>
      <Head round={round} progress={progress} isToday={isToday} />
      {isToday && !progress.finished && progress.next && <Next stop={progress.next} date={round.date} />}
      <div class="tabs" role="group" aria-label={t().round.list}>
        {[false, true].map((open) => (
          <button
            key={String(open)}
            type="button"
            aria-pressed={onlyOpen.value === open}
            onClick={() => {
              onlyOpen.value = open;
            }}
          >
            {open ? t().round.open : t().round.all}
          </button>
        ))}
      </div>
      {shown.length === 0 && <p class="note">{t().round.noneOpen}</p>}
      <ol class="stops" data-testid="stops">
        {shown.map((stop) => (
          <StopRow key={stop.sequence} stop={stop} date={round.date} />
        ))}
      </ol>
      {isToday && (
        <a class="button" href={href("finish", round.route, round.date)} data-testid="finish">
          {t().round.finish}
        </a>
      )}
    </>
  );
}

function Head(props: { round: PlanRound; progress: Progress; isToday: boolean }) {
  const { round, progress, isToday } = props;
  const { core, cues, positions } = useApp();
  const words = t().round;
  const busy = useSignal(false);
  const start = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    const position = positions.now();
    const { route, date } = round;
    await core
      .record({ kind: "round_started", route, date, ...(position && { position }) })
      .then(() => cues.give("recorded"))
      .catch(() => cues.give("failed"));
    busy.value = false;
  };
  return (
    <section class="head">
      <div class="head-line">
        <p class="count" data-testid="progress">
          {progress.done}
          <small> / {progress.total}</small>
        </p>
        {isToday && !progress.started && progress.done === 0 && (
          <button type="button" data-testid="start" onClick={() => void start()}>
            {words.start}
            {round.departs_at && (
              <small> {clock(round.departs_at)}</small>
            )}
          </button>
        )}
      </div>
      <progress
        value={progress.done}
        max={progress.total || 1}
        aria-label={words.progress(progress.done, progress.total)}
      />
      {!isToday && (
        <p class="note">
          {longDate(round.date)} · {words.preview}
        </p>
      )}
      {progress.finished && <p class="note">{words.finished}</p>}
    </section>
  );
}

function Next({ stop, date }: { stop: Stop; date: string }) {
  return (
    <a class="card next" href={href("stop", stop.code, date)} data-testid="next">
      <span class="soft">{t().round.next}</span>
      <strong>{stop.point?.name ?? stop.code}</strong>
      <WayTo point={stop.point} />
      <OwedLine point={stop.code} date={date} />
    </a>
  );
}

function StopRow({ stop, date }: { stop: Stop; date: string }) {
  return (
    <li>
      <a class={`stop stop-${stop.state}`} href={href("stop", stop.code, date)} data-testid="stop">
        <span class="sequence">{stop.sequence}</span>
        <span class="stop-name">
          {stop.point?.name ?? stop.code}
          {stop.state !== "done" && <OwedLine point={stop.code} date={date} />}
        </span>
        <span class="stop-state">
          {stop.state !== "open" && <Icon name={stop.state} />}
          <span class={stop.state === "open" ? "hidden" : ""}>{t().round.states[stop.state]}</span>
          {stop.last && <small>{clock(stop.last.event.at)}</small>}
        </span>
      </a>
    </li>
  );
}
