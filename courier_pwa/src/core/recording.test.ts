// Recorded means: on the disk and read back. Everything else is told at once (faults 8, 9).

import assert from "node:assert/strict";
import { test } from "node:test";

import { NotRecorded } from "../core.ts";
import { Phone, SCAN } from "../testing/phone.ts";
import { hang, meddle, noRoom, onNextAdd } from "../testing/storage_faults.ts";

/** No network: what is recorded waits. */
function offline(phone: Phone): void {
  phone.service.fault = () => Promise.reject(new TypeError("no network"));
}

async function reason(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof NotRecorded, String(error));
    return error.reason;
  }
  return "recorded";
}

async function seqs(phone: Phone): Promise<number[]> {
  const again = await phone.start();
  const found = again.events("2026-07-06").map(({ seq }) => seq);
  await again.close();
  return found;
}

test("events are numbered without gaps and stamped with both clocks", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const first = await phone.time.until(core.record(SCAN));
  await phone.time.pass(5_000);
  const second = await phone.time.until(
    core.record({ kind: "arrival", office: "O1", title: "1-1", date: "2026-07-06" }),
  );
  assert.deepEqual([first.seq, second.seq], [1, 2]);
  assert.equal(Date.parse(second.event.at) - Date.parse(first.event.at), 5_000);
  assert.equal(second.event.mono - first.event.mono, 5_000);
  assert.equal(second.event.life, first.event.life);
  assert.match(first.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
});

test("a recording waits for the disk, and nothing is told before it", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  offline(phone);
  const begun: string[] = [];
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (names, mode, options): IDBTransaction {
    const made = transaction.call(this, names, mode, options);
    begun.push(`${mode} ${options?.durability ?? ""}`);
    made.addEventListener("complete", () => begun.push("complete"));
    return made;
  };
  const recorded = core.record(SCAN).then(() => begun.push("told"));
  await phone.time.until(recorded);
  IDBDatabase.prototype.transaction = transaction;
  const steps = ["readwrite strict", "complete", "readonly ", "complete", "told"];
  assert.deepEqual(begun.slice(0, 5), steps);
});

test("before enrolment nothing is recorded", async () => {
  const phone = new Phone();
  const core = await phone.start();
  assert.equal(await reason(core.record(SCAN)), "not_enrolled");
});

test("what the service would refuse to count is said at once, not recorded", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const [item] = SCAN.items;
  for (const items of [[item, item], [{ ...item, copies: 0 }], [{ ...item, copies: 1.5 }]]) {
    assert.equal(await reason(core.record({ ...SCAN, items })), "invalid");
  }
});

test("an aborted write is told, leaves nothing and no gap", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  offline(phone);
  onNextAdd((store) => store.transaction.abort());
  assert.equal(await reason(phone.time.until(core.record(SCAN))), "storage");
  assert.equal(core.storage.value, "broken");
  const next = await phone.time.until(core.record(SCAN));
  assert.equal(next.seq, 1);
  assert.equal(core.storage.value, "good");
  assert.deepEqual(await seqs(phone), [1]);
});

test("storage that hangs is told after 3 s, and what hung is undone", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  offline(phone);
  const release = hang("readwrite");
  const started = phone.time.mono;
  assert.equal(await reason(phone.time.until(core.record(SCAN))), "slow");
  assert.equal(phone.time.mono - started, 3_000);
  release();
  await phone.time.settle();
  assert.deepEqual(await seqs(phone), []);
  assert.equal((await phone.time.until(core.record(SCAN))).seq, 1);
});

test("a scan that was written but not read back is not written twice when tried again", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  offline(phone);
  const release = hang("readonly");
  assert.equal(await reason(phone.time.until(core.record(SCAN))), "slow");
  release();
  const again = await phone.time.until(core.record(SCAN));
  assert.equal(again.seq, 1);
  assert.deepEqual(await seqs(phone), [1]);
});

test("the same scan much later is another scan", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  offline(phone);
  const release = hang("readonly");
  assert.equal(await reason(phone.time.until(core.record(SCAN))), "slow");
  release();
  await phone.time.pass(3 * 60_000);
  assert.equal((await phone.time.until(core.record({ ...SCAN }))).seq, 2);
});

test("the very same draft tried again however much later is the same scan", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  offline(phone);
  const release = hang("readonly");
  assert.equal(await reason(phone.time.until(core.record(SCAN))), "slow");
  release();
  await phone.time.pass(60 * 60_000);
  assert.equal(core.waiting.value, 1); // the app has seen by itself that it was written
  assert.equal((await phone.time.until(core.record(SCAN))).seq, 1);
});

test("a correction that was written too late is not refused when tried again", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  offline(phone);
  const { id } = await phone.time.until(core.record(SCAN));
  await phone.time.settle();
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (names, mode, options): IDBTransaction {
    if (mode === "readonly") throw new DOMException("gone", "InvalidStateError");
    return transaction.call(this, names, mode, options);
  };
  assert.equal(await reason(phone.time.until(core.correct(id, []))), "storage");
  IDBDatabase.prototype.transaction = transaction;
  await phone.time.pass(3 * 60_000);
  const corrected = await phone.time.until(core.correct(id, []));
  assert.equal(corrected.void.seq, 2);
  assert.equal(core.events("2026-07-06")[0]?.voidedBy, corrected.void.id);
  assert.deepEqual(await seqs(phone), [1, 2]);
});

test("without room it is told; photos that the service has make room", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const attempt = await phone.time.until(
    core.record({ kind: "attempt", point: "P017", reason: "road_closed", photo: true }),
  );
  await phone.time.until(core.attachPhoto(attempt.id, new Blob(["jpeg"])));
  await phone.time.settle();
  assert.equal(phone.service.photos.get(attempt.id), 4);
  onNextAdd(noRoom);
  assert.equal((await phone.time.until(core.record(SCAN))).seq, 2);
  onNextAdd(noRoom);
  assert.equal(await reason(phone.time.until(core.record(SCAN))), "full");
  assert.equal(core.storage.value, "full");
});

test("a correction is a void and, where items remain, a new scan of the same label", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const scan = await phone.time.until(core.record(SCAN));
  const items = [{ title: "1-1", date: "2026-07-06", copies: 11 }];
  const corrected = await phone.time.until(core.correct(scan.id, items));
  assert.deepEqual([corrected.void.seq, corrected.scan?.seq], [2, 3]);
  const { event } = corrected.scan!;
  assert.ok(event.kind === "scan");
  assert.deepEqual([event.label, event.point, event.items], [SCAN.label, SCAN.point, items]);
  assert.equal(core.events("2026-07-06")[0]?.voidedBy, corrected.void.id);
  const undone = await phone.time.until(core.correct(corrected.scan!.id, []));
  assert.equal(undone.scan, null);
});

test("a scan is voided once, and only by the installation that made it", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const scan = await phone.time.until(core.record(SCAN));
  const twice = [core.correct(scan.id, []), core.correct(scan.id, [])].map(reason);
  assert.deepEqual((await phone.time.until(Promise.all(twice))).sort(), [
    "recorded",
    "unknown_scan",
  ]);
  const second = await phone.time.until(core.record(SCAN));
  await phone.time.until(core.enrol("CODE0002"));
  assert.equal(await reason(phone.time.until(core.correct(second.id, []))), "unknown_scan");
});

test("an emptied store is noticed, numbering goes on above it, and the loss is named", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  await phone.time.until(core.record(SCAN));
  await phone.time.settle();
  offline(phone);
  await phone.time.until(core.record(SCAN));
  await core.close();
  phone.indexedDB = new IDBFactory();
  phone.service.fault = null;
  const again = await phone.start();
  assert.equal(again.storage.value, "emptied");
  assert.equal(again.enrolment.value?.courier.code, "C07");
  assert.equal((await phone.time.until(again.record(SCAN))).seq, 3);
  await phone.time.settle();
  assert.deepEqual(again.lost.value[0]?.ranges, [[2, 2]]);
  assert.equal(again.waiting.value, 0);
  await phone.time.until(again.acknowledgeLoss());
  assert.equal(again.storage.value, "good");
});

test("a store emptied under the open page gets back what the page knows", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  offline(phone);
  await phone.time.until(core.record(SCAN));
  await meddle(phone.indexedDB, ["events", "installations"], (transaction) => {
    transaction.objectStore("events").clear();
    transaction.objectStore("installations").clear();
  });
  assert.equal((await phone.time.until(core.record(SCAN))).seq, 2);
  assert.equal(core.storage.value, "emptied");
  await phone.time.settle();
  assert.deepEqual(await seqs(phone), [1, 2]);
});

test("a store emptied under the open page gets it back though nothing more is recorded", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  offline(phone);
  await phone.time.until(core.record(SCAN));
  await meddle(phone.indexedDB, ["events", "installations"], (transaction) => {
    transaction.objectStore("events").clear();
    transaction.objectStore("installations").clear();
  });
  phone.service.fault = null;
  await phone.time.until(core.retryNow());
  await phone.time.settle();
  assert.equal(core.waiting.value, 0);
  assert.equal(core.storage.value, "emptied");
  assert.deepEqual(await seqs(phone), [1]);
});

test("without a second copy, an open page still numbers on above an emptied store", async () => {
  const phone = new Phone();
  const core = await phone.enrolled({ localStorage: null });
  offline(phone);
  await phone.time.until(core.record(SCAN));
  await phone.time.until(core.record(SCAN));
  await meddle(phone.indexedDB, ["events", "installations"], (transaction) => {
    transaction.objectStore("events").clear();
    transaction.objectStore("installations").clear();
  });
  assert.equal((await phone.time.until(core.record(SCAN))).seq, 3);
  await phone.time.settle();
  assert.deepEqual(await seqs(phone), [1, 2, 3]);
});

test("what is recorded while another tab's change is read is not forgotten", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const other = await phone.start();
  offline(phone);
  const records = [core, other, core, other].map((each) => each.record(SCAN));
  await phone.time.until(Promise.all(records));
  await phone.time.settle();
  for (const each of [core, other]) {
    assert.deepEqual(each.events("2026-07-06").map(({ seq }) => seq), [1, 2, 3, 4]);
    assert.equal(each.waiting.value, 4);
  }
});

test("an event deleted by hand is named", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  offline(phone);
  const scan = await phone.time.until(core.record(SCAN));
  await phone.time.until(core.record(SCAN));
  await meddle(phone.indexedDB, ["events"], (transaction) => {
    transaction.objectStore("events").delete([scan.installation, 1]);
  });
  phone.service.fault = null;
  await phone.time.until(core.retryNow());
  assert.deepEqual(core.lost.value, [{ installation: scan.installation, ranges: [[1, 1]] }]);
});

test("a malformed record holds back no other, is counted, and saved with the queue", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  offline(phone);
  const scan = await phone.time.until(core.record(SCAN));
  await phone.time.until(core.record(SCAN));
  await meddle(phone.indexedDB, ["events"], (transaction) => {
    const { installation } = scan;
    transaction.objectStore("events").put({ installation, seq: 1, waiting: 1, event: "odd" });
  });
  await core.close();
  const again = await phone.start();
  assert.equal(again.unreadable.value, 1);
  const file = JSON.parse(await (await phone.time.until(again.saveQueue())).text());
  assert.deepEqual(JSON.parse(file.body).events.length, 2);
  phone.service.fault = null;
  await phone.time.until(again.retryNow());
  assert.equal(again.waiting.value, 0);
  assert.deepEqual(phone.service.syncs.at(-1)?.numbers ?? [], [2]);
});

test("a store that does not open is told; it is tried again with the next scan", async () => {
  const phone = new Phone();
  const first = await phone.enrolled();
  await first.close();
  const { indexedDB } = phone;
  let broken = true;
  const failing = {
    open: (...given: Parameters<IDBFactory["open"]>) => {
      if (broken) throw new DOMException("corrupt", "UnknownError");
      return indexedDB.open(...given);
    },
  } as unknown as IDBFactory;
  const core = await phone.start({ indexedDB: failing });
  assert.equal(core.storage.value, "broken");
  assert.equal(core.enrolment.value?.courier.code, "C07");
  assert.equal(await reason(phone.time.until(core.record(SCAN))), "storage");
  broken = false;
  assert.equal((await phone.time.until(core.record(SCAN))).seq, 1);
  await phone.time.pass(10_000);
  assert.equal(core.waiting.value, 0);
});
