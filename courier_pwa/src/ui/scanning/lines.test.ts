import assert from "node:assert/strict";
import { test } from "node:test";

import { itemsOf, linesOf, withAdded, withAtLeast, withCopies } from "./lines.ts";

const paper = (copies: number, date = "2026-07-06") => ({ title: "1-1", date, copies });
const OWED = linesOf({ today: [paper(12)], older: [paper(3, "2026-07-05")] });

test("everything owed is ticked, older issues apart", () => {
  assert.deepEqual(itemsOf(OWED), [paper(12), paper(3, "2026-07-05")]);
  assert.deepEqual(
    OWED.map(({ kind }) => kind),
    ["today", "older"],
  );
});

test("copies stay between none and what is owed; what is unticked is not handed over", () => {
  assert.equal(withCopies(OWED, 0, 13)[0]!.copies, 12);
  assert.equal(withCopies(OWED, 0, -1)[0]!.copies, 0);
  assert.deepEqual(itemsOf(withCopies(OWED, 0, 0)), [paper(3, "2026-07-05")]);
});

test("an added issue has a line of its own; unticked and ticked again it is what was entered", () => {
  const lines = withAdded(OWED, paper(4, "2026-07-04"));
  assert.deepEqual(lines[2], { ...paper(4, "2026-07-04"), most: 4, kind: "added" });
  const again = withCopies(withCopies(lines, 2, 0), 2, lines[2]!.most);
  assert.equal(again[2]!.copies, 4);
});

test("what is added to an issue that is owed counts on its line, so that it is named once", () => {
  const lines = withAdded(OWED, paper(2));
  assert.deepEqual([lines.length, lines[0]!.copies, lines[0]!.most], [2, 14, 14]);
});

test("of what was entered and what is owed the larger number stands", () => {
  assert.equal(withAtLeast(OWED, paper(5))[0]!.copies, 12);
  assert.equal(withAtLeast(OWED, paper(20))[0]!.copies, 20);
});
