import assert from "node:assert/strict";
import { test } from "node:test";

import { signal } from "@preact/signals-core";

import type { Draft, Item, LabelRead, PlanPoint, Recorded, ScanDraft } from "../../core.ts";
import { withAdded, withCopies } from "./lines.ts";
import { Scanner } from "./scanner.ts";

const POINT = { code: "P1", name: "海龙村邮站" } as PlanPoint;
const OWED: readonly Item[] = [{ title: "1-1", date: "2026-07-06", copies: 12 }];
const NOTHING = { today: [], older: [] };
const OLDER: readonly Item[] = [{ title: "1-1", date: "2026-07-05", copies: 3 }];

/** A phone whose clock and timers the test moves, and whose storage can be made to fail. */
function phone() {
  let now = 0;
  let timers: { at: number; callback: () => void }[] = [];
  const recorded: Draft[] = [];
  const corrections: { scan: string; items: readonly Item[] }[] = [];
  const cues: string[] = [];
  const storage = { fails: false, voided: new Set<string>(), slow: null as Promise<void> | null };
  const stored = (event: object): Recorded =>
    ({ id: `e${recorded.length + corrections.length}`, event, state: "pending" }) as Recorded;
  const scanner = new Scanner({
    core: {
      plan: signal(null),
      today: () => "2026-07-06",
      owedAt: () =>
        recorded.length > 0 && storage.slow ? NOTHING : { today: OWED, older: OLDER },
      events: () => [...storage.voided].map((id) => ({ id, voidedBy: "v" }) as Recorded),
      readLabel: async (text): Promise<LabelRead> =>
        text.startsWith("HTTPS://OURS/P/")
          ? { kind: "label", token: text.slice(15), point: text.endsWith("X") ? null : POINT, retired: false }
          : { kind: "foreign" },
      record: async (draft) => {
        await storage.slow;
        if (storage.fails) throw new Error("full");
        recorded.push(draft);
        return stored(draft);
      },
      correct: async (scan, items) => {
        await storage.slow;
        if (storage.fails || storage.voided.has(scan)) throw new Error("full, or unknown");
        storage.voided.add(scan);
        corrections.push({ scan, items });
        const event = stored({ kind: "scan", items });
        return { void: event, scan: items.length ? event : null };
      },
    },
    cue: (cue) => cues.push(cue),
    position: () => undefined,
    mono: () => now,
    after: (callback, milliseconds) => timers.push({ at: now + milliseconds, callback }),
  });
  const pass = async (milliseconds: number): Promise<void> => {
    now += milliseconds;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { callback } of due) callback();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { scanner, recorded, corrections, cues, storage, pass };
}

const LABEL = "HTTPS://OURS/P/A";

test("a read label is recorded at once with everything owed, and then it sounds", async () => {
  const { scanner, recorded, cues } = phone();
  await scanner.saw(LABEL);
  assert.deepEqual(recorded, [
    { kind: "scan", method: "camera", label: "A", point: "P1", items: [...OWED, ...OLDER] },
  ]);
  assert.deepEqual(cues, ["recorded"]);
  assert.equal(scanner.card.value?.state, "recorded");
});

test("the same label again within seconds is no second scan; later it is", async () => {
  const { scanner, recorded, cues, pass } = phone();
  await scanner.saw(LABEL);
  await pass(300);
  await scanner.saw(LABEL);
  await pass(4_000);
  await scanner.saw(LABEL);
  assert.deepEqual([recorded.length, cues], [1, ["recorded", "again"]]);
  await pass(60_000);
  await scanner.saw(LABEL);
  assert.equal(recorded.length, 2);
});

test("a failed write alarms, stays listed, and is retried with the very same draft", async () => {
  const { scanner, recorded, cues, storage } = phone();
  storage.fails = true;
  await scanner.saw(LABEL);
  assert.deepEqual([cues, scanner.card.value?.state], [["failed"], "failed"]);
  const { draft } = scanner.failed.value[0]!;
  storage.fails = false;
  await scanner.retry();
  assert.equal(recorded[0], draft);
  assert.deepEqual([scanner.failed.value, scanner.card.value?.state], [[], "recorded"]);
});

test("a failed write is still listed after the next label was recorded", async () => {
  const { scanner, storage } = phone();
  storage.fails = true;
  await scanner.saw(LABEL);
  storage.fails = false;
  await scanner.saw("HTTPS://OURS/P/B");
  assert.deepEqual(
    scanner.failed.value.map(({ draft }) => draft.label),
    ["A"],
  );
});

test("reading the label again after a failed write retries it", async () => {
  const { scanner, recorded, storage, pass } = phone();
  storage.fails = true;
  await scanner.saw(LABEL);
  const { draft } = scanner.failed.value[0]!;
  storage.fails = false;
  await pass(2_000);
  await scanner.saw(LABEL);
  assert.equal(recorded[0], draft);
  assert.deepEqual(scanner.failed.value, []);
});

test("several taps become one correction", async () => {
  const { scanner, corrections, pass } = phone();
  await scanner.saw(LABEL);
  scanner.change(withCopies(scanner.card.value!.lines, 0, 11));
  await pass(300);
  scanner.change(withCopies(scanner.card.value!.lines, 1, 0));
  await pass(300);
  assert.equal(corrections.length, 0);
  await pass(700);
  assert.deepEqual(corrections, [{ scan: "e1", items: [{ ...OWED[0], copies: 11 }] }]);
  assert.equal(scanner.card.value?.change, "none");
});

test("a waiting change is written before the next label is", async () => {
  const { scanner, corrections } = phone();
  await scanner.saw(LABEL);
  scanner.change(withCopies(scanner.card.value!.lines, 1, 0));
  await scanner.saw("HTTPS://OURS/P/B");
  assert.deepEqual(corrections, [{ scan: "e1", items: OWED }]);
});

test("a change that fails is still listed after the next label, and can be written then", async () => {
  const { scanner, corrections, storage } = phone();
  await scanner.saw(LABEL);
  scanner.change(withCopies(scanner.card.value!.lines, 1, 0));
  storage.fails = true;
  await scanner.saw("HTTPS://OURS/P/B");
  storage.fails = false;
  assert.deepEqual(
    scanner.failed.value.map(({ draft }) => draft.label),
    ["A", "B"],
  );
  await scanner.retry();
  assert.deepEqual(corrections, [{ scan: "e1", items: OWED }]);
  assert.deepEqual(scanner.failed.value, []);
});

test("a change that fails says so and can be written later", async () => {
  const { scanner, corrections, storage, pass } = phone();
  await scanner.saw(LABEL);
  storage.fails = true;
  scanner.change(withCopies(scanner.card.value!.lines, 1, 0));
  await pass(800);
  assert.equal(scanner.card.value?.change, "failed");
  storage.fails = false;
  await scanner.keepChange();
  assert.equal(corrections.length, 1);
});

test("an undo voids the scan, also one without items, and the label may be read anew", async () => {
  const { scanner, recorded, corrections, pass } = phone();
  await scanner.saw("HTTPS://OURS/P/X");
  assert.deepEqual((recorded[0] as ScanDraft).items, []);
  await scanner.undo();
  assert.deepEqual([corrections[0]?.items, scanner.card.value?.state], [[], "undone"]);
  await pass(2_000);
  await scanner.saw("HTTPS://OURS/P/X");
  assert.equal(recorded.length, 2);
});

test("an unknown label of ours is recorded at once; the chosen stop follows it", async () => {
  const { scanner, recorded, corrections } = phone();
  await scanner.saw("HTTPS://OURS/P/X");
  assert.equal(scanner.card.value?.point, null);
  await scanner.assign(POINT);
  assert.deepEqual(recorded[1], {
    kind: "scan",
    method: "camera",
    label: "X",
    point: "P1",
    items: [...OWED, ...OLDER],
  });
  assert.deepEqual(corrections, [{ scan: "e1", items: [] }]);
});

test("what was entered before the stop was chosen goes with it", async () => {
  const { scanner, recorded } = phone();
  await scanner.saw("HTTPS://OURS/P/X");
  scanner.change(withAdded(scanner.card.value!.lines, { title: "2", date: "2026-07-06", copies: 4 }));
  await scanner.assign(POINT);
  assert.deepEqual((recorded[1] as ScanDraft).items, [
    ...OWED,
    ...OLDER,
    { title: "2", date: "2026-07-06", copies: 4 },
  ]);
});

test("another code is ignored with a word, which goes away", async () => {
  const { scanner, recorded, pass } = phone();
  await scanner.saw("https://example.com/menu");
  assert.deepEqual([scanner.hint.value, recorded.length], ["foreign", 0]);
  await pass(3_000);
  assert.equal(scanner.hint.value, null);
});

/** A storage that takes its time: what is begun before `answer` is called waits for it. */
function slow({ storage }: ReturnType<typeof phone>): () => void {
  let answer = (): void => undefined;
  storage.slow = new Promise((resolve) => (answer = resolve));
  return answer;
}

test("two labels of one point in view at once do not hand the same copies over twice", async () => {
  const courier = phone();
  const answer = slow(courier);
  const both = [courier.scanner.saw(LABEL), courier.scanner.saw("HTTPS://OURS/P/B")];
  answer();
  await Promise.all(both);
  const items = courier.recorded.map((draft) => (draft as ScanDraft).items);
  assert.deepEqual(items, [[...OWED, ...OLDER], []]);
});

test("a change that is being written is not written again by the next label, nor by an undo", async () => {
  const courier = phone();
  const { scanner, corrections, cues, pass } = courier;
  await scanner.saw(LABEL);
  scanner.change(withCopies(scanner.card.value!.lines, 1, 0));
  const answer = slow(courier);
  await pass(800);
  const all = [scanner.undo(), scanner.keepChange(), scanner.saw("HTTPS://OURS/P/B")];
  answer();
  await Promise.all(all);
  assert.deepEqual(corrections.map(({ items }) => items), [OWED, []]);
  assert.deepEqual([scanner.failed.value, cues.includes("failed")], [[], false]);
});

test("a tap while a change is written is written too, before the next label", async () => {
  const courier = phone();
  const { scanner, corrections, pass } = courier;
  await scanner.saw(LABEL);
  scanner.change(withCopies(scanner.card.value!.lines, 1, 0));
  const answer = slow(courier);
  await pass(800);
  scanner.change(withCopies(scanner.card.value!.lines, 0, 5));
  const next = scanner.saw("HTTPS://OURS/P/B");
  answer();
  await next;
  assert.deepEqual(corrections.at(-1)?.items, [{ ...OWED[0], copies: 5 }]);
});

test("retrying twice at once writes each once", async () => {
  const courier = phone();
  const { scanner, recorded, storage } = courier;
  storage.fails = true;
  await scanner.saw(LABEL);
  await scanner.saw("HTTPS://OURS/P/B");
  storage.fails = false;
  await Promise.all([scanner.retry(), scanner.retry()]);
  assert.equal(recorded.length, 2);
});

test("a scan that was taken back elsewhere is shown as taken back, and never alarms", async () => {
  const { scanner, storage, cues } = phone();
  await scanner.saw(LABEL);
  storage.voided.add(scanner.card.value!.scan!.id);
  await scanner.undo();
  assert.equal(scanner.card.value?.state, "undone");
  assert.deepEqual([scanner.failed.value, cues], [[], ["recorded"]]);
});

test("what one courier could not write is never written in the name of the next", async () => {
  const { scanner, recorded, storage } = phone();
  storage.fails = true;
  await scanner.saw(LABEL);
  storage.fails = false;
  scanner.forget();
  await scanner.retry();
  assert.deepEqual([recorded, scanner.card.value], [[], null]);
});
