// What waits gets through by itself, once each, whatever stands in between (faults 1, 2, 7, 11–15, 20).

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Core } from "../core.ts";
import { Phone, SCAN } from "../testing/phone.ts";
import { html, json, problem } from "../testing/service.ts";
import { meddle } from "../testing/storage_faults.ts";

const TWICE_THE_LONGEST = 10 * 60_000;

async function record(phone: Phone, core: Core, times = 1): Promise<void> {
  for (let count = 0; count < times; count += 1) await phone.time.until(core.record(SCAN));
}

function held(phone: Phone, nth = 0): number[] {
  return [...[...phone.service.phones.values()][nth]!.events.keys()].sort((a, b) => a - b);
}

const FALSE_ANSWERS: Record<string, () => Response | Promise<Response>> = {
  "no network": () => Promise.reject(new TypeError("network error")),
  "200 with HTML": () => html(200),
  "200 with other JSON": () => json({ ok: true }),
  "200 with JSON said to be HTML": () =>
    new Response('{"now":"2026-07-06T01:00:00Z"}', { headers: { "Content-Type": "text/html" } }),
  "a redirect": () => new Response(null, { status: 302, headers: { Location: "/portal" } }),
  "413 with HTML": () => html(413),
  "429": () => problem(429, "too_many", { "Retry-After": "7" }),
  "502": () => html(502),
  "503 for an hour": () => problem(503, "unavailable", { "Retry-After": "3600" }),
  "401 without our words": () => html(401),
};

for (const [name, answer] of Object.entries(FALSE_ANSWERS)) {
  test(`${name} is no answer; later everything gets through without a tap`, async () => {
    const phone = new Phone();
    const core = await phone.enrolled();
    phone.service.fault = answer;
    await record(phone, core, 3);
    await phone.time.pass(20 * 60_000);
    assert.equal(core.waiting.value, 3);
    assert.equal(core.enrolment.value?.state, "good");
    phone.service.fault = null;
    await phone.time.pass(TWICE_THE_LONGEST);
    assert.equal(core.waiting.value, 0);
    assert.deepEqual(held(phone), [1, 2, 3]);
  });
}

test("answers to something else are no answers", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const now = "2026-07-06T01:00:00Z";
  type Asked = { installation: string; events: { id: string; seq: number }[] };
  const right = ({ installation, events }: Asked): object => {
    const results = events.map(({ id, seq }, index) => ({ index, id, seq, status: "accepted" }));
    return { installation, now, results, have: [[1, 99]], missing: [], held: [] };
  };
  const wrong = [
    { installation: "another" },
    { results: [] },
    { have: "all" },
    { missing: [[3, 1]] },
    { held: null },
    { now: "now" },
    ...[{ index: 7 }, { id: "another" }, { seq: 99 }, { status: "fine" }].map((change) => ({
      results: (asked: Asked) =>
        asked.events.map(({ id, seq }, index) => ({ index, id, seq, status: "accepted", ...change })),
    })),
  ];
  for (const [place, change] of wrong.entries()) {
    phone.service.fault = (path, body) => {
      if (path !== "sync") return null;
      const asked = body as Asked;
      const changed = Object.entries(change).map(([name, value]) => [
        name,
        typeof value === "function" ? value(asked) : value,
      ]);
      return json({ ...right(asked), ...Object.fromEntries(changed) });
    };
    await record(phone, core);
    await phone.time.settle();
    assert.equal(core.waiting.value, place + 1, JSON.stringify(change));
  }
  phone.service.fault = null;
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.equal(core.waiting.value, 0);
});

test("an answer that is lost costs nothing: the second sending is a duplicate", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  phone.service.fault = (path) => {
    phone.service.dropAnswers = path === "sync";
    return null;
  };
  await record(phone, core, 2);
  await phone.time.settle();
  assert.deepEqual([held(phone), core.waiting.value], [[1, 2], 2]);
  phone.service.fault = null;
  phone.service.dropAnswers = false;
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.deepEqual([held(phone), core.waiting.value], [[1, 2], 0]);
});

test("a request ends after 20 s, and the next batch is half as large", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  phone.service.fault = () => Promise.reject(new TypeError("no network"));
  await record(phone, core, 8);
  await phone.time.settle();
  const sizes: number[] = [];
  phone.service.fault = (path, body) => {
    if (path !== "sync") return null;
    sizes.push((body as { events: unknown[] }).events.length);
    return new Promise(() => undefined);
  };
  void core.retryNow();
  await phone.time.pass(19_900);
  assert.equal(core.syncState.value.phase, "sending");
  await phone.time.pass(200);
  assert.equal(core.syncState.value.phase, "waiting");
  await phone.time.pass(2 * TWICE_THE_LONGEST);
  assert.deepEqual(sizes.slice(0, 4), [8, 4, 2, 1]);
  phone.service.fault = null;
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.deepEqual([held(phone).length, core.waiting.value], [8, 0]);
});

test("413 halves the batch down to one; an event that is too large alone lets others pass", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  phone.service.fault = () => Promise.reject(new TypeError("no network"));
  await record(phone, core, 9);
  await phone.time.settle();
  phone.service.fault = (path, body) => {
    const sent = (body as { events?: { seq: number }[] }).events ?? [];
    return path === "sync" && sent.some(({ seq }) => seq === 3) ? problem(413, "too_large") : null;
  };
  await phone.time.until(core.retryNow());
  assert.deepEqual(held(phone), [1, 2, 4, 5, 6, 7, 8, 9]);
  assert.equal(core.waiting.value, 1);
  phone.service.fault = null;
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.equal(core.waiting.value, 0);
});

test("no event is sent without a reading taken after it", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  phone.service.fault = (path) => (path === "clock" ? html(502) : null);
  const before = phone.service.syncs.length;
  await record(phone, core, 2);
  await phone.time.pass(60_000);
  assert.equal(phone.service.syncs.length, before);
  phone.service.fault = null;
  await phone.time.pass(TWICE_THE_LONGEST);
  const sent = phone.service.syncs.find(({ numbers }) => numbers.length > 0)!;
  const after = (sent.clock as { after: number }[]).map(({ after }) => after);
  assert.deepEqual(sent.numbers, [1, 2]);
  assert.ok(after.some((number) => number >= 2), String(after));
  assert.ok(after.some((number) => number < 1), String(after));
});

test("two tabs send each event once", async () => {
  const phone = new Phone();
  const one = await phone.enrolled();
  const other = await phone.start();
  phone.service.fault = () => Promise.reject(new TypeError("no network"));
  await record(phone, one, 2);
  await record(phone, other, 2);
  assert.deepEqual(one.events("2026-07-06").map(({ seq }) => seq), [1, 2, 3, 4]);
  phone.service.fault = null;
  phone.wake("online");
  await phone.time.pass(TWICE_THE_LONGEST);
  const sent = phone.service.syncs.flatMap(({ numbers }) => numbers);
  assert.deepEqual(sent.sort(), [1, 2, 3, 4]);
  assert.deepEqual([one.waiting.value, other.waiting.value], [0, 0]);
});

test("what a tab recorded and cannot send goes from another tab", async () => {
  const phone = new Phone();
  const one = await phone.enrolled();
  const fails = (): Promise<Response> => Promise.reject(new TypeError("no network"));
  const other = await phone.start({ fetch: fails });
  await phone.time.pass(15_000);
  await record(phone, other);
  assert.equal(one.waiting.value, 1);
  await phone.time.pass(15_000);
  assert.deepEqual([held(phone), one.waiting.value, other.waiting.value], [[1], 0, 0]);
  await phone.time.pass(1_000);
  assert.equal(one.syncState.value.phase, "idle");
});

test("what another tab delivered without a word waits here no more", async () => {
  const phone = new Phone();
  let network = false;
  const one = await phone.enrolled({
    fetch: (input, init) => {
      const sync = input.endsWith("/sync");
      return sync && !network ? Promise.reject(new TypeError("no")) : phone.service.fetch(input, init);
    },
  });
  await record(phone, one);
  await phone.start({ openChannel: () => null });
  assert.deepEqual([held(phone), one.waiting.value], [[1], 1]);
  network = true;
  await phone.time.until(one.retryNow());
  assert.equal(one.waiting.value, 0);
});

test("recording often without a network puts the next try off no further", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  phone.service.fault = () => Promise.reject(new TypeError("no network"));
  await record(phone, core, 20);
  await phone.time.settle();
  phone.service.fault = null;
  await phone.time.pass(2_000);
  assert.equal(core.waiting.value, 0);
});

test("without Web Locks a lease does", async () => {
  const phone = new Phone();
  const one = await phone.enrolled({ locks: null });
  const other = await phone.start({ locks: null });
  phone.service.fault = () => Promise.reject(new TypeError("no network"));
  await record(phone, one, 2);
  await phone.time.settle();
  phone.service.fault = null;
  phone.wake("online");
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.deepEqual(phone.service.syncs.flatMap(({ numbers }) => numbers), [1, 2]);
  assert.equal(other.waiting.value, 0);
});

test("a service restored from a backup gets back what it lost, without a tap", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  await record(phone, core, 5);
  await phone.time.settle();
  assert.equal(core.waiting.value, 0);
  const there = [...phone.service.phones.values()][0]!;
  for (const number of [2, 4, 5]) there.events.delete(number);
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.deepEqual([held(phone), core.waiting.value], [[1, 2, 3, 4, 5], 0]);
});

test("a service restored to before the enrolment knows the phone again by its ticket", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  await record(phone, core, 3);
  await phone.time.settle();
  phone.service.phones.clear();
  await record(phone, core);
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.deepEqual([held(phone), core.waiting.value], [[1, 2, 3, 4], 0]);
  assert.equal(core.enrolment.value?.state, "good");
});

test("a refused ticket asks the courier to enrol again; the queue is kept", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  phone.service.phones.clear();
  phone.service.tickets = false;
  await record(phone, core, 2);
  await phone.time.settle();
  assert.equal(core.enrolment.value?.state, "enrol_again");
  assert.equal(core.syncState.value.problem, "enrol_again");
  assert.equal(core.waiting.value, 2);
});

test("a revoked phone keeps its queue; enrolled again, it delivers it under the older name", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const { installation } = core.enrolment.value!;
  phone.service.phones.get(installation)!.revoked = true;
  await record(phone, core, 2);
  await phone.time.settle();
  assert.equal(core.enrolment.value?.why, "revoked_token");
  assert.equal((await phone.time.until(core.record(SCAN))).seq, 3);
  await phone.time.until(core.enrol("http://service.test/app/#enrol=CODE0002"));
  assert.equal((await phone.time.until(core.record(SCAN))).seq, 1);
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.deepEqual([held(phone, 0), held(phone, 1), core.waiting.value], [[1, 2, 3], [1], 0]);
});

test("after a log-out the queue goes on being sent under its own name", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  phone.service.fault = () => Promise.reject(new TypeError("no network"));
  await record(phone, core, 2);
  await phone.time.until(core.leave());
  assert.equal(core.enrolment.value, null);
  phone.service.fault = null;
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.deepEqual([held(phone), core.waiting.value], [[1, 2], 0]);
});

test("an enrolment whose answer is lost is completed by itself", async () => {
  const phone = new Phone();
  const core = await phone.start();
  phone.service.dropAnswers = true;
  await assert.rejects(phone.time.until(core.enrol("CODE0001")), { reason: "no_answer" });
  phone.service.dropAnswers = false;
  const again = await phone.time.until(core.enrol("CODE0001"));
  assert.equal(again.courier.name, "陈师傅");
  assert.equal(phone.service.phones.size, 1);
  for (const [text, reason] of [
    ["CODE9999", "unknown_enrolment"],
    ["https://elsewhere.test/x", "not_a_code"],
  ]) {
    await assert.rejects(phone.time.until(core.enrol(text!)), { reason });
  }
});

test("a code that another phone has used binds nothing", async () => {
  const phone = new Phone();
  phone.service.codes.set("CODE0001", "another");
  const core = await phone.start();
  await assert.rejects(phone.time.until(core.enrol("CODE0001")), { reason: "used_enrolment" });
  assert.equal(core.enrolment.value, null);
});

for (const decision of ["accepted", "set_aside"] as const) {
  test(`what is held is named with its reason until it is ${decision}`, async () => {
    const phone = new Phone();
    const core = await phone.enrolled();
    phone.service.heldKinds.add("scan");
    await record(phone, core);
    await phone.time.settle();
    assert.equal(core.waiting.value, 0);
    assert.deepEqual(core.held.value.map(({ code }) => code), ["newer_format"]);
    assert.equal(core.events("2026-07-06")[0]?.state, "held");
    for (const event of [...phone.service.phones.values()][0]!.events.values()) {
      event.state = decision;
    }
    await phone.time.pass(TWICE_THE_LONGEST);
    assert.deepEqual(core.held.value, []);
    assert.equal(core.waiting.value, 0);
    assert.equal(core.events("2026-07-06")[0]?.state, decision);
  });
}

test("acknowledged events are forgotten after 30 days of the service's clock, not before", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  await record(phone, core, 2);
  await phone.time.settle();
  await phone.time.pass(6 * 3_600_000);
  phone.time.now += 29 * 86_400_000;
  await phone.time.until(core.retryNow());
  const count = async (): Promise<number> => {
    const again = await phone.start();
    const found = again.events("2026-07-06").length;
    await again.close();
    return found;
  };
  assert.equal(await count(), 2);
  phone.time.now += 2 * 86_400_000;
  await phone.time.pass(7 * 3_600_000);
  assert.equal(await count(), 0);
  assert.deepEqual(core.lost.value, []);
});

test("a service that never lists a number is not asked in a frenzy", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  await record(phone, core);
  await phone.time.settle();
  phone.service.fault = (path, body) => {
    if (path !== "sync") return null;
    const { installation, events } = body as { installation: string; events: { id: string }[] };
    const results = events.map((event, index) => ({ ...event, index, status: "accepted" }));
    const now = phone.service.now;
    return json({ installation, now, results, have: [], missing: [[1, 1]], held: [] });
  };
  let asked = 0;
  const { fault } = phone.service;
  phone.service.fault = (path, body) => {
    asked += 1;
    return fault!(path, body);
  };
  await phone.time.pass(3_600_000);
  assert.ok(asked < 60, `${asked} requests in an hour`);
});

test("a tab that froze with the lock loses it", async () => {
  const phone = new Phone();
  const one = await phone.enrolled();
  void phone.locks!.request("jianbao-sync", {}, () => new Promise(() => undefined));
  await record(phone, one, 1);
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.equal(one.waiting.value, 0);
});

test("readings that cannot be sent stay behind", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const { installation } = core.enrolment.value!;
  await meddle(phone.indexedDB, ["readings"], (transaction) => {
    transaction.objectStore("readings").put({ installation, after: 0, mono: "odd" });
  });
  await record(phone, core);
  await phone.time.settle();
  const sent = phone.service.syncs.at(-1)!;
  assert.deepEqual(sent.numbers, [1]);
  assert.ok(!JSON.stringify(sent.clock).includes("odd"));
});

test("what waits is listed whole, of every day and courier, the newest first", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  phone.service.fault = (path) => (path === "sync" ? html(502) : null);
  await record(phone, core, 2);
  await phone.time.pass(24 * 60 * 60_000);
  await record(phone, core);
  assert.deepEqual(core.unsent().map(({ seq }) => seq), [3, 2, 1]);
  assert.equal(core.events(core.today()).length, 1);
  phone.service.fault = null;
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.deepEqual(core.unsent(), []);
});

test("an enrolment without an answer never changes the courier by itself", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const before = core.enrolment.value?.installation;
  phone.service.fault = () => Promise.reject(new TypeError("no network"));
  await assert.rejects(phone.time.until(core.enrol("CODE0002")), { reason: "no_answer" });
  phone.service.fault = null;
  await phone.time.pass(TWICE_THE_LONGEST);
  assert.equal(core.enrolment.value?.installation, before);
  await phone.time.until(core.enrol("CODE0002"));
  assert.notEqual(core.enrolment.value?.installation, before);
});
