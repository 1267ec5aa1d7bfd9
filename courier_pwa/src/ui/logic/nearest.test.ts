import assert from "node:assert/strict";
import { test } from "node:test";

import type { LabelRead } from "../../core.ts";
import { nearest } from "./nearest.ts";

const recognize = async (text: string): Promise<LabelRead> =>
  text.startsWith("ours")
    ? { kind: "label", token: text, point: null, retired: false }
    : { kind: "foreign" };

test("of several labels the one in the middle is meant", async () => {
  const found = [
    { text: "ours 1", x: 0.4, y: 0 },
    { text: "ours 2", x: 0.05, y: 0.1 },
  ];
  assert.equal(await nearest(found, recognize), "ours 2");
});

test("a poster's code in the middle does not hide the label beside it", async () => {
  const found = [
    { text: "https://example.com", x: 0, y: 0 },
    { text: "ours", x: 0.3, y: 0.3 },
  ];
  assert.equal(await nearest(found, recognize), "ours");
  assert.equal(await nearest(found.slice(0, 1), recognize), "https://example.com");
});
