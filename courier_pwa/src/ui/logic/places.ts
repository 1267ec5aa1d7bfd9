// Distance and direction from the courier to a stop, good enough for the next few kilometres.

export interface Place {
  readonly lat: number;
  readonly lon: number;
}

const EARTH_RADIUS_M = 6_371_000;

/** Return the distance in metres over the great circle. */
export function distance(from: Place, to: Place): number {
  const [a, b] = [radians(from.lat), radians(to.lat)];
  const half = (angle: number): number => Math.sin(angle / 2) ** 2;
  const square = half(b - a) + Math.cos(a) * Math.cos(b) * half(radians(to.lon - from.lon));
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(square)));
}

/** Return the direction in degrees clockwise from north, 0 to 360. */
export function bearing(from: Place, to: Place): number {
  const [a, b, turn] = [radians(from.lat), radians(to.lat), radians(to.lon - from.lon)];
  const east = Math.sin(turn) * Math.cos(b);
  const north = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(turn);
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

/** Return which of the eight winds a direction is nearest to: 0 north, 1 north-east … 7. */
export function wind(degrees: number): number {
  return Math.round(degrees / 45) % 8;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
