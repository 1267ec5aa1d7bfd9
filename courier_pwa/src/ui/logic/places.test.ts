import assert from "node:assert/strict";
import { test } from "node:test";

import { bearing, distance, wind } from "./places.ts";

const BAISHIYI = { lat: 29.4922, lon: 106.3808 };

test("one minute of latitude is a nautical mile", () => {
  const north = { lat: BAISHIYI.lat + 1 / 60, lon: BAISHIYI.lon };
  assert.ok(Math.abs(distance(BAISHIYI, north) - 1853) < 2);
  assert.equal(wind(bearing(BAISHIYI, north)), 0);
});

test("a place at itself is no distance away", () => {
  assert.equal(distance(BAISHIYI, BAISHIYI), 0);
});

test("directions go clockwise from north and close the circle", () => {
  const at = (lat: number, lon: number): number =>
    wind(bearing(BAISHIYI, { lat: BAISHIYI.lat + lat, lon: BAISHIYI.lon + lon }));
  assert.equal(at(0, 0.01), 2);
  assert.equal(at(-0.01, 0), 4);
  assert.equal(at(0, -0.01), 6);
  assert.equal(at(0.01, -0.0002), 0);
});
