import assert from "node:assert/strict";
import { test } from "node:test";

import { en } from "./en.ts";
import { en as enLater } from "./en_later.ts";
import { clock, howFar, longDate, preferred, speak, timeZone } from "./index.ts";
import { zh } from "./zh.ts";
import { zh as zhLater } from "./zh_later.ts";

function* leaves(words: object, path = ""): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(words)) {
    if (typeof value === "object" && value !== null) yield* leaves(value, `${path}${name}.`);
    else yield [`${path}${name}`, value];
  }
}

test("both languages have the same words, and none is empty or left in the other", () => {
  const english = new Map(leaves({ ...en, ...enLater }));
  const chinese = new Map(leaves({ ...zh, ...zhLater }));
  assert.deepEqual([...english.keys()].sort(), [...chinese.keys()].sort());
  for (const [path, value] of english) {
    const text = typeof value === "function" ? String(value(1, 2)) : String(value);
    assert.ok(text.trim(), path);
    assert.doesNotMatch(text, /[\u4e00-\u9fff]/, path);
  }
});

test("the browser's first language that the app speaks decides", () => {
  assert.equal(preferred(["zh-CN", "en"]), "zh");
  assert.equal(preferred(["fr-FR", "en-US", "zh"]), "en");
  assert.equal(preferred(["ug-CN", "en"]), "zh");
  assert.equal(preferred(["fr"]), "en");
  assert.equal(preferred([]), "zh");
});

test("days and times are those of the branch", async () => {
  await speak("zh");
  assert.equal(longDate("2026-07-06"), "7月6日 周一");
  await speak("en");
  assert.equal(longDate("2026-07-06"), "Mon, 6 Jul");
  timeZone.value = "Asia/Shanghai";
  assert.equal(clock("2026-07-06T01:30:00Z"), "09:30");
  assert.equal(clock("2026-07-05T16:05:00Z"), "00:05");
});

test("distances are rounded as one would say them", async () => {
  await speak("en");
  assert.deepEqual([3, 348, 1234, 9960, 14200].map(howFar), ["10 m", "350 m", "1.2 km", "10 km", "14 km"]);
});
