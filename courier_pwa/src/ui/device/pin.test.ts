import assert from "node:assert/strict";
import { test } from "node:test";

import { createPin } from "./pin.ts";

function store() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

test("without a PIN nothing is ever locked", () => {
  const pin = createPin(store());
  pin.wasAway(86_400_000);
  assert.deepEqual([pin.isSet.value, pin.locked.value], [false, false]);
});

test("a PIN locks the next start and opens to the right digits only", async () => {
  const phone = store();
  assert.equal(await createPin(phone).set("0472"), true);
  const next = createPin(phone);
  assert.equal(next.locked.value, true);
  assert.equal(await next.open("0473"), "wrong");
  assert.equal(next.locked.value, true);
  assert.equal(await next.open("0472"), "open");
  assert.equal(next.locked.value, false);
});

test("after five wrong tries each waits longer, also after a restart", async () => {
  const phone = store();
  let now = 1_000_000;
  const restarted = () => createPin(phone, () => now);
  await restarted().set("0472");
  for (let wrong = 0; wrong < 5; wrong += 1) assert.equal(await restarted().open("1111"), "wrong");
  for (const seconds of [30, 60, 120, 240, 300, 300]) {
    now += seconds * 1_000 - 1;
    assert.equal(await restarted().open("0472"), "wait");
    now += 1;
    assert.equal(await restarted().open("1111"), "wrong");
  }
  now -= 86_400_000; // the clock was set back
  assert.equal(await restarted().open("0472"), "open");
  assert.equal(await restarted().open("1111"), "wrong");
});

test("the digits are not kept, and the same digits are kept differently", async () => {
  const [one, other] = [store(), store()];
  await createPin(one).set("0472");
  await createPin(other).set("0472");
  assert.doesNotMatch([...one.kept.values()].join(), /0472/);
  assert.notDeepEqual([...one.kept.values()], [...other.kept.values()]);
});

test("a look at another app does not lock, minutes away do, removal ends it", async () => {
  const phone = store();
  const pin = createPin(phone);
  await pin.set("1234");
  pin.wasAway(20_000);
  assert.equal(pin.locked.value, false);
  pin.wasAway(600_000);
  assert.equal(pin.locked.value, true);
  await pin.open("0000");
  pin.remove();
  assert.deepEqual([pin.locked.value, phone.kept.size], [false, 0]);
});

test("anything but four digits is no PIN", async () => {
  const pin = createPin(store());
  for (const digits of ["123", "12345", "12a4", ""]) assert.equal(await pin.set(digits), false);
  assert.equal(pin.isSet.value, false);
});
