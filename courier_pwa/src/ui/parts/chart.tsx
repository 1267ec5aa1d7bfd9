// A small chart of weeks: a line, own weeks as full dots, others' as rings. Attributes only, no styles.

import { tl } from "../../i18n/index.ts";
import { isFew, type RouteRecord } from "../logic/weeks.ts";

const WIDTH = 320;
const HEIGHT = 96;
const LEFT = 34;
const EDGE = 8;

export function Chart({ record, label }: { record: RouteRecord; label: string }) {
  const step = (WIDTH - LEFT - EDGE) / Math.max(1, record.weeks.length - 1);
  const dots = record.weeks.flatMap((week, index) =>
    week.value === null || isFew(week)
      ? []
      : [{ ...week, x: LEFT + index * step, y: EDGE + (1 - week.value) * (HEIGHT - 2 * EDGE) }],
  );
  if (!dots.length) return null;
  const line = dots.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {[0, 0.5, 1].map((value) => (
          <Grid key={value} value={value} />
        ))}
        <polyline class="chart-line" points={line} />
        {dots.map(({ week, x, y, own }) => (
          <circle key={week} class={own ? "dot-own" : "dot-other"} cx={x} cy={y} r={4} />
        ))}
      </svg>
      <figcaption class="soft">
        ● {tl().record.own} ○ {tl().record.others}
      </figcaption>
    </figure>
  );
}

function Grid({ value }: { value: number }) {
  const y = EDGE + (1 - value) * (HEIGHT - 2 * EDGE);
  return (
    <>
      <line class="chart-grid" x1={LEFT} x2={WIDTH} y1={y} y2={y} />
      <text class="chart-text" x={LEFT - 4} y={y + 4} text-anchor="end">
        {value * 100}%
      </text>
    </>
  );
}
