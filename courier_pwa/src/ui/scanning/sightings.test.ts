import assert from "node:assert/strict";
import { test } from "node:test";

import { createSightings } from "./sightings.ts";

test("a label held before the camera is recorded once, however long it is held", () => {
  const sightings = createSightings();
  assert.equal(sightings.see("A", 0), "new");
  for (let now = 100; now < 60_000; now += 100) assert.equal(sightings.see("A", now), "still");
});

test("a few frames without a read are not a departure", () => {
  const sightings = createSightings();
  sightings.see("A", 0);
  assert.equal(sightings.see("A", 1_400), "still");
});

test("a label that comes back within seconds is told apart from a new one", () => {
  const sightings = createSightings();
  sightings.see("A", 0);
  assert.equal(sightings.see("A", 5_000), "again");
  assert.equal(sightings.see("A", 9_000), "again");
});

test("a deliberate repeat later is a new delivery", () => {
  const sightings = createSightings();
  sightings.see("A", 0);
  assert.equal(sightings.see("A", 15_000), "new");
});

test("labels side by side do not disturb one another", () => {
  const sightings = createSightings();
  assert.equal(sightings.see("A", 0), "new");
  assert.equal(sightings.see("B", 100), "new");
  assert.equal(sightings.see("A", 200), "still");
});

test("after an undo the label must leave the view before it counts again", () => {
  const sightings = createSightings();
  sightings.see("A", 0);
  sightings.release("A");
  assert.equal(sightings.see("A", 100), "still");
  assert.equal(sightings.see("A", 2_000), "new");
  assert.equal(sightings.see("A", 4_000), "again");
});
