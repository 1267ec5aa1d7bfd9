// How far it is to a point, and in which direction.

import type { PlanPoint } from "../../core.ts";
import { howFar, t } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import { bearing, distance, wind } from "../logic/places.ts";
import { Icon } from "./icons.tsx";

/** Distance and direction (north is up); nothing where either place is unknown. */
export function WayTo({ point }: { point: PlanPoint | null }) {
  const here = useApp().positions.here.value;
  if (!here || point?.lat == null || point.lon == null) return null;
  const there = { lat: point.lat, lon: point.lon };
  const direction = wind(bearing(here, there));
  return (
    <span class="way" data-testid="way">
      <Icon name="arrow" turn={direction * 45} />
      {howFar(distance(here, there))} · {t().winds[direction]}
    </span>
  );
}
