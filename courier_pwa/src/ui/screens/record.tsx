// The courier's own rates by week, against the route's own past. Never a ranking.

import "../styles/later.css";

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { WeekRecord } from "../../core.ts";
import { percent, t, tl } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import { isFew, routeRecords, type Measure, type RouteRecord, type WeekFigure } from "../logic/weeks.ts";
import { Chart } from "../parts/chart.tsx";
import { Frame } from "../parts/frame.tsx";

export function Record() {
  const { core } = useApp();
  const words = tl().record;
  const weeks = useSignal<readonly WeekRecord[] | "loading" | null>("loading");
  const load = async (): Promise<void> => {
    weeks.value = "loading";
    weeks.value = await core.loadRecord().catch(() => null);
  };
  useEffect(() => void load(), []);
  const known = weeks.value;
  return (
    <Frame title={words.title} back={["today"]}>
      <p class="soft">{words.lead}</p>
      {known === "loading" && <p role="status">{words.loading}</p>}
      {known === null && (
        <>
          <p class="note">{words.noAnswer}</p>
          <button type="button" onClick={() => void load()}>
            {t().retry}
          </button>
        </>
      )}
      {Array.isArray(known) && <Routes weeks={known} />}
    </Frame>
  );
}

function Routes({ weeks }: { weeks: readonly WeekRecord[] }) {
  if (!weeks.length) return <p class="note">{tl().record.none}</p>;
  const measures: readonly Measure[] = ["on_time", "bundled"];
  return (
    <>
      {measures.flatMap((measure) =>
        routeRecords(weeks, measure).map((record) => (
          <RouteSection key={`${record.route} ${measure}`} record={record} measure={measure} />
        )),
      )}
    </>
  );
}

function RouteSection({ record, measure }: { record: RouteRecord; measure: Measure }) {
  const { core } = useApp();
  const words = tl().record;
  const rounds = core.plan.value?.rounds ?? [];
  const name = rounds.find(({ route }) => route === record.route)?.name ?? record.route;
  const title = `${name} · ${measure === "on_time" ? words.onTime : words.bundled}`;
  return (
    <section class="route-record" data-testid="route-record">
      <h2>{title}</h2>
      <p class="figures">
        {record.mine !== null && <strong>{words.mine(percent(record.mine))}</strong>}{" "}
        {record.before !== null && <span class="soft">{words.before(percent(record.before))}</span>}
      </p>
      <Chart record={record} label={words.chart(title)} />
      <details>
        <summary>{words.week}</summary>
        <table>
          <tbody>
            {record.weeks.map((week) => (
              <tr key={week.week}>
                <th scope="row">{week.week.slice(2)}</th>
                <td>{figureText(week)}</td>
                <td class="soft">{week.own ? words.own : words.others}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function figureText(week: WeekFigure): string {
  if (isFew(week)) return tl().record.few(week.delivered, week.expected);
  return week.value === null ? tl().record.noFigure : percent(week.value);
}
