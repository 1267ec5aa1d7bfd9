// The day: its rounds, what has arrived, the days after it. Works from the plan kept on the phone.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { DayPlan, Loaded, PlanArrival, PlanRound } from "../../core.ts";
import { clock, longDate, shortDate, t, when } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import { progressOf, roundsByDay } from "../logic/rounds.ts";
import { Frame } from "../parts/frame.tsx";
import { Icon } from "../parts/icons.tsx";
import { href } from "../router.ts";

const PLAN_MAY_REST_MS = 10 * 60_000;

export function Today() {
  const { core, today } = useApp();
  const plan = core.plan.value;
  return (
    <Frame title={`${t().today.title} ${longDate(today.value)}`}>
      {plan ? <Plan plan={plan} /> : <NoPlan />}
    </Frame>
  );
}

function Plan({ plan }: { plan: DayPlan }) {
  const { today } = useApp();
  const words = t().today;
  const rounds = roundsByDay(plan, today.value);
  return (
    <>
      {plan.today < today.value && <p class="note note-warn">{words.stale}</p>}
      <section aria-labelledby="rounds">
        <h2 id="rounds">{words.rounds}</h2>
        {rounds.today.length === 0 && <p class="note">{words.noRounds}</p>}
        {rounds.today.map((round) => (
          <RoundCard key={round.route} round={round} />
        ))}
      </section>
      <Arrivals plan={plan} />
      {rounds.later.length > 0 && <Later rounds={rounds.later} />}
      <p>
        <a class="row-link" href={href("record")} data-testid="to-record">
          {words.record}
          <Icon name="right" />
        </a>
      </p>
      <Load />
    </>
  );
}

function RoundCard({ round }: { round: PlanRound }) {
  const { points, events } = useApp();
  const { done, total } = progressOf(round, points.value, events.value);
  return (
    <a class="card round-card" href={href("round", round.route, round.date)} data-testid="round">
      <strong>{round.name}</strong>
      <span class="soft">
        {round.departs_at && `${t().today.departs(clock(round.departs_at))} · `}
        {t().today.stops(total)}
      </span>
      <span class="count">
        {done}
        <small> / {total}</small>
      </span>
      <progress value={done} max={total || 1} aria-label={t().round.progress(done, total)} />
    </a>
  );
}

function Arrivals({ plan }: { plan: DayPlan }) {
  const { today, events } = useApp();
  const words = t().today;
  const taps = new Map<string, string>();
  for (const { event } of events.value) {
    if (event.kind !== "arrival") continue;
    const key = `${event.office} ${event.title} ${event.date}`;
    if (!taps.has(key)) taps.set(key, event.at);
  }
  // Of older issues only those that nobody has seen come yet.
  const due = plan.arrivals.filter(
    ({ date, arrived_at }) => date === today.value || (date < today.value && arrived_at === null),
  );
  if (!due.length) return null;
  const at = (each: PlanArrival): string | null =>
    each.arrived_at ?? taps.get(`${each.office} ${each.title} ${each.date}`) ?? null;
  const allHere = due.every(at);
  return (
    <section aria-labelledby="arrivals">
      <h2 id="arrivals">{words.arrivals}</h2>
      <p class="soft">{allHere ? words.arrivedAll : words.arrivalsHint}</p>
      <ul class="arrivals">
        {due.map((each) => (
          <Arrival key={`${each.office} ${each.title} ${each.date}`} arrival={each} at={at(each)} />
        ))}
      </ul>
    </section>
  );
}

function Arrival({ arrival, at }: { arrival: PlanArrival; at: string | null }) {
  const { core, titles, cues, today } = useApp();
  const state = useSignal<"idle" | "writing" | "failed">("idle");
  const title = titles.value.get(arrival.title) ?? arrival.title;
  const name = arrival.date === today.value ? title : `${title} ${shortDate(arrival.date)}`;
  const record = async (): Promise<void> => {
    const { office, title, date } = arrival;
    state.value = "writing";
    try {
      await core.record({ kind: "arrival", office, title, date });
      state.value = "idle";
      cues.give("recorded");
    } catch {
      state.value = "failed";
      cues.give("failed");
    }
  };
  return (
    <li>
      <span>
        {name}
        <small class="soft"> {arrival.office_name}</small>
        {state.value === "failed" && (
          <small class="error" role="alert">
            {t().banner.notRecorded(1)}
          </small>
        )}
      </span>
      {at ? (
        <span class="here" data-testid="arrived">
          <Icon name="done" /> {t().today.arrivedAt(clock(at))}
        </span>
      ) : (
        <button
          type="button"
          data-testid="arrival"
          aria-label={t().today.arrivalTap(name)}
          disabled={state.value === "writing"}
          onClick={() => void record()}
        >
          {t().today.arrived}
        </button>
      )}
    </li>
  );
}

function Later({ rounds }: { rounds: readonly PlanRound[] }) {
  return (
    <section aria-labelledby="later">
      <h2 id="later">{t().today.later}</h2>
      <ul class="plain">
        {rounds.map((round) => (
          <li key={`${round.date} ${round.route}`}>
            <a class="row-link" href={href("round", round.route, round.date)}>
              <span>
                {longDate(round.date)} · {round.name}
              </span>
              <span class="soft">{t().today.stops(round.stops.length)}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NoPlan() {
  return (
    <section class="empty">
      <h2>{t().today.noPlan}</h2>
      <p>{t().today.noPlanWhy}</p>
      <Load />
    </section>
  );
}

function Load() {
  const { core, settings } = useApp();
  const words = t().today;
  const answer = useSignal<Loaded | "loading" | null>(null);
  const load = async (): Promise<void> => {
    answer.value = "loading";
    answer.value = await core.loadPlan().catch(() => "no_answer" as const);
    if (answer.value !== "no_answer") settings.planLoaded.value = Date.now();
  };
  useEffect(() => {
    // The core keeps the plan fresh; this is for the line that says since when it is known to be.
    if (Date.now() - settings.planLoaded.value < PLAN_MAY_REST_MS) return;
    void core.loadPlan().then((loaded) => {
      if (loaded !== "no_answer") settings.planLoaded.value = Date.now();
    });
  }, []);
  const at = settings.planLoaded.value;
  const said = { loading: words.loading, no_answer: words.noAnswer, new: words.fresh };
  return (
    <div class="load">
      <button
        type="button"
        class={core.plan.value ? "" : "primary"}
        data-testid="load"
        disabled={answer.value === "loading"}
        onClick={() => void load()}
      >
        {words.load}
      </button>
      <span class="soft" role="status">
        {answer.value ? said[answer.value === "unchanged" ? "new" : answer.value] : ""}
        {!answer.value && at > 0 && words.loadedAt(when(at, core.today()))}
      </span>
    </div>
  );
}
