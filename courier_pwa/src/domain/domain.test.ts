// The rules that need no browser.

import assert from "node:assert/strict";
import { test } from "node:test";

import { delayAfter, LONGEST_MS, retryAfter } from "./backoff.ts";
import { Batches } from "./batches.ts";
import { isStale, isSteady, measure, readingsFor, type Reading } from "./clock.ts";
import { localDay } from "./days.ts";
import { eventOf, type Draft } from "./events.ts";
import { newId } from "./ids.ts";
import { enrolmentCode, enrolmentOf, isOurs, labelOf, shortCodeOf } from "./labels.ts";
import { OwedByPoint, type OwnEvent } from "./owed.ts";
import type { DayPlan } from "./plan.ts";
import { gaps, holds, rangesOf, union } from "./ranges.ts";

/** service/domain/labels.py: check_character("7M2K9Q"). */
const CHECK = "Y";

test("ranges join what touches, and gaps are what they leave out", () => {
  assert.deepEqual(rangesOf([5, 1, 2, 2, 9]), [[1, 2], [5, 5], [9, 9]]);
  assert.deepEqual(union([[4, 6], [1, 3], [5, 9]]), [[1, 9]]);
  assert.deepEqual(gaps([[2, 3], [6, 6]], 8), [[1, 1], [4, 5], [7, 8]]);
  assert.deepEqual(gaps([[1, 20]], 8), []);
  assert.deepEqual(gaps([], 0), []);
  assert.deepEqual(gaps([[9, 12]], 3), [[1, 3]]);
  assert.deepEqual([holds([[2, 4]], 4), holds([[2, 4]], 5)], [true, false]);
});

test("backoff doubles from 2 s to 5 min, jitter takes off up to half", () => {
  const whole = [1, 2, 3, 8, 9, 50].map((failures) => delayAfter(failures, 0, null));
  assert.deepEqual(whole, [2_000, 4_000, 8_000, 256_000, LONGEST_MS, LONGEST_MS]);
  assert.equal(delayAfter(1, 0.75, null), 1_250);
  assert.equal(delayAfter(1, 0, 60_000), 60_000);
  assert.equal(delayAfter(1, 0, 3_600_000), LONGEST_MS);
  assert.equal(retryAfter("7", 0), 7_000);
  assert.equal(retryAfter("Thu, 01 Jan 1970 00:00:09 GMT", 4_000), 5_000);
  assert.deepEqual([retryAfter(null, 0), retryAfter("soon", 0)], [null, null]);
});

test("batches shrink by half, grow again, and what fails alone lets others pass", () => {
  const batches = new Batches();
  const numbers = Array.from({ length: 600 }, (_, place) => place + 1);
  assert.equal(batches.choose(numbers).length, 500);
  batches.failed(numbers.slice(0, 500).map((seq) => ({ seq })));
  assert.equal(batches.size, 250);
  batches.failed([{ seq: 1 }]);
  assert.deepEqual(batches.choose(numbers), [2]);
  batches.succeeded([{ seq: 2 }]);
  assert.deepEqual(batches.choose(numbers), [2, 3]);
});

test("a reading says how far the device's clock is off, and how exactly that is known", () => {
  const before = { at: 1_000_000, mono: 500, life: "a" };
  const after = { at: 1_000_100, mono: 600, life: "a" };
  const reading = measure({ before, after, service: 1_060_000 });
  assert.equal(reading.offset_ms, 1_060_000 + 50 - 1_000_100);
  assert.equal(reading.error_ms, 51);
  assert.ok(isSteady({ before, after, service: 0 }));
  assert.ok(!isSteady({ before, after: { ...after, at: 1_090_000 }, service: 0 }));
  const later = (at: number, mono: number) => ({ at: 1_000_100 + at, mono: 600 + mono, life: "a" });
  assert.ok(!isStale(reading, later(500_000, 500_000)));
  assert.ok(isStale(reading, later(601_000, 601_000)));
  assert.ok(isStale(reading, later(86_400_000 + 5_000, 5_000)));
  assert.ok(isStale(reading, { ...later(0, 0), life: "b" }));
});

test("events need the last reading before and the first one after each of them", () => {
  const reading = (name: number, after: number): Reading => ({
    life: "a",
    mono: name,
    at: "2026-07-06T01:00:00.000Z",
    offset_ms: 0,
    error_ms: 1,
    after,
  });
  const taken = [reading(1, 0), reading(2, 0), reading(3, 2), reading(4, 2), reading(5, 5)];
  const names = (events: number[]): number[] => readingsFor(events, taken).map(({ mono }) => mono);
  assert.deepEqual(names([1]), [2, 3]);
  assert.deepEqual(names([3, 4]), [4, 5]);
  assert.deepEqual(names([1, 5]), [2, 3, 4, 5]);
  assert.deepEqual(names([6]), [5]);
  assert.deepEqual(readingsFor([1], []), []);
});

test("a label's text is read in any case; anything else is not a label", () => {
  const label = { host: "JIANBAO.EXAMPLE", token: "7M2K9QXW4R8T0ZBC" };
  assert.deepEqual(labelOf("HTTPS://JIANBAO.EXAMPLE/P/7M2K9QXW4R8T0ZBC"), label);
  assert.deepEqual(labelOf(" http://jianbao.example/p/7m2k9qxw4r8t0zbc/ "), label);
  assert.equal(labelOf("HTTPS://JIANBAO.EXAMPLE/P/7M2K9QXW4R8TOZBC")?.token, label.token);
  for (const text of [
    "",
    "7M2K9QXW4R8T0ZBC",
    "https://jianbao.example/p/7M2K9QXW4R8T0ZB",
    "https://jianbao.example/p/7M2K9QXW4R8T0ZBC7",
    "https://jianbao.example/p/7M2K9QXW4R8T0ZBC?x=1",
    "https://jianbao.example/q/7M2K9QXW4R8T0ZBC",
    "https://me@jianbao.example/p/7M2K9QXW4R8T0ZBC",
    "javascript://jianbao.example/p/7M2K9QXW4R8T0ZBC",
    "WIFI:S:jianbao;;",
  ]) {
    assert.equal(labelOf(text), null, text);
  }
  assert.ok(isOurs("JIANBAO.EXAMPLE", ["jianbao.example"], "https://other.example"));
  assert.ok(isOurs("OTHER.EXAMPLE:8443", [], "https://other.example:8443"));
  assert.ok(!isOurs("JIANBAO.EXAMPLE.EVIL", ["JIANBAO.EXAMPLE"], "https://other.example"));
});

test("an enrolment code is the text of the manager's QR code, or the code alone", () => {
  const text = "https://jianbao.example/app/#enrol=7Q4M0ZK2T9XW3C5V8B1N";
  assert.equal(enrolmentOf(text)?.code, "7Q4M0ZK2T9XW3C5V8B1N");
  assert.equal(enrolmentCode(text), "7Q4M0ZK2T9XW3C5V8B1N");
  assert.equal(enrolmentCode(" 7Q4M0ZK2T9XW3C5V8B1N "), "7Q4M0ZK2T9XW3C5V8B1N");
  assert.equal(enrolmentCode("7Q4M0 ZK2T9 XW3C5 V8B1N"), "7Q4M0ZK2T9XW3C5V8B1N");
  assert.equal(enrolmentCode("https://jianbao.example/p/7M2K9QXW4R8T0ZBC"), null);
  assert.equal(enrolmentCode(""), null);
});

test("a short code is read as it is meant, and a slip is noticed", () => {
  assert.equal(shortCodeOf(`7m2-k9q ${CHECK}`), `7M2K9Q${CHECK}`);
  assert.equal(shortCodeOf("ooo ooo 0"), "0000000");
  assert.equal(shortCodeOf(`7M2K9R${CHECK}`), null);
  assert.equal(shortCodeOf(`7M29KQ${CHECK}`), null);
  assert.equal(shortCodeOf("7M2K9Q"), null);
});

test("owed is what the plan says less what was handed over and not voided", () => {
  const plan = {
    owed: [
      { point: "P1", title: "1-1", date: "2026-07-06", copies: 12 },
      { point: "P1", title: "1-1", date: "2026-07-05", copies: 3 },
      { point: "P1", title: "1-1", date: "2026-07-07", copies: 12 },
      { point: "P2", title: "1-1", date: "2026-07-06", copies: 1 },
    ],
  } as unknown as DayPlan;
  const scan = (copies: number, voidedBy?: string): OwnEvent => {
    const items = [{ title: "1-1", date: "2026-07-06", copies }];
    const draft = { kind: "scan", method: "camera", point: "P1", items } as const;
    const stamp = { id: "", seq: 1, format: 1, at: "", mono: 0, life: "" };
    return { event: { ...draft, ...stamp }, ...(voidedBy !== undefined && { voidedBy }) };
  };
  const there = (...own: OwnEvent[]) => new OwedByPoint(plan, own).at("P1", "2026-07-06");
  assert.deepEqual(there().today, [{ title: "1-1", date: "2026-07-06", copies: 12 }]);
  assert.deepEqual(there().older, [{ title: "1-1", date: "2026-07-05", copies: 3 }]);
  assert.equal(there(scan(5), scan(4)).today[0]?.copies, 3);
  assert.equal(there(scan(5), scan(4, "v")).today[0]?.copies, 7);
  assert.deepEqual(there(scan(12)).today, []);
  assert.deepEqual(there(scan(20)).today, []);
});

test("an event has the draft's fields, cut to what the service takes", () => {
  const stamp = { id: "i", seq: 1, format: 1, at: "2026-07-06T01:00:00.000Z", mono: 1, life: "a" };
  const event = (draft: Partial<Draft>) =>
    eventOf(stamp, { kind: "attempt", point: "P1", reason: "other", ...draft } as Draft);
  assert.deepEqual(event({ note: "", label: undefined } as never), {
    ...{ kind: "attempt", point: "P1", reason: "other" },
    ...stamp,
  });
  const { note } = event({ note: "报".repeat(199) + "🚲🚲" }) as { note: string };
  assert.equal([...note].length, 200);
  assert.ok(note.endsWith("🚲"));
  const position = { lat: 29.5, lon: 106.4, accuracy_m: 12 };
  assert.deepEqual(event({ position }).position, position);
  for (const wrong of [{ lat: NaN }, { lat: 91 }, { lon: 181 }, { accuracy_m: 200_000 }]) {
    assert.equal(event({ position: { ...position, ...wrong } }).position, undefined);
  }
});

test("a day is the branch's, whatever the phone's zone", () => {
  assert.equal(localDay(Date.parse("2026-07-05T16:00:00Z"), "Asia/Shanghai"), "2026-07-06");
  assert.equal(localDay(Date.parse("2026-07-05T15:59:59Z"), "Asia/Shanghai"), "2026-07-05");
  assert.match(localDay(0, "Nowhere/Known"), /^19(69|70)-\d\d-\d\d$/);
});

test("an id is a UUIDv7 of its instant, and no two are alike, whatever the clock says", () => {
  const at = Date.parse("2026-07-06T01:00:00.123Z");
  const id = newId(crypto, at);
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(parseInt(id.replaceAll("-", "").slice(0, 12), 16), at);
  assert.equal(new Set(Array.from({ length: 10_000 }, () => newId(crypto, at))).size, 10_000);
  assert.match(newId(crypto, -5), /^00000000-0001-7/);
  assert.match(newId(crypto, 1e18), /^ffffffff-ffff-7/);
});
