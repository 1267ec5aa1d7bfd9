// Photos travel by themselves, after their events, and nothing waits for them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Phone, SCAN } from "../testing/phone.ts";
import { html } from "../testing/service.ts";

const TWICE_THE_LONGEST = 10 * 60_000;

test("a photo that never comes through does not stand before the others", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const attempts: string[] = [];
  phone.service.fault = (path) =>
    path.startsWith("photos/") && path.endsWith(attempts[0]!) ? html(413) : null;
  for (const reason of ["road_closed", "nobody_there"] as const) {
    const draft = { kind: "attempt", point: "P017", reason, photo: true } as const;
    attempts.push((await phone.time.until(core.record(draft))).id);
    await phone.time.until(core.attachPhoto(attempts.at(-1)!, new Blob(["jpeg"])));
  }
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.deepEqual([...phone.service.photos.keys()], [attempts[1]]);
});

test("a photo may take a minute over a thin line", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  phone.service.fault = async (path) => {
    if (path.startsWith("photos/")) await new Promise<void>((done) => phone.time.setTimeout(done, 50_000));
    return null;
  };
  const draft = { kind: "attempt", point: "P017", reason: "road_closed", photo: true } as const;
  const { id } = await phone.time.until(core.record(draft));
  await phone.time.until(core.attachPhoto(id, new Blob(["jpeg"])));
  await phone.time.pass(5_000);
  await phone.time.until(core.record(SCAN)); // what is recorded meanwhile does not wait for it
  await phone.time.pass(5_000);
  assert.deepEqual([core.waiting.value, phone.service.photos.size], [0, 0]);
  await phone.time.pass(60_000);
  assert.deepEqual([...phone.service.photos.keys()], [id]);
});
