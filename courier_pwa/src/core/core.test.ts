import assert from "node:assert/strict";
import { test } from "node:test";

import { Phone, SCAN } from "../testing/phone.ts";

test("a scan is recorded and acknowledged", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const recorded = await phone.time.until(core.record(SCAN));
  assert.equal(recorded.seq, 1);
  assert.equal(recorded.state, "pending");
  await phone.time.settle();
  assert.equal(core.waiting.value, 0);
  assert.equal(core.syncState.value.problem, null);
  assert.deepEqual([...phone.service.phones.values()][0]?.events.size, 1);
});
