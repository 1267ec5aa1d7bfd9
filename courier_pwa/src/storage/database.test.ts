// The store over its own versions, and over connections that go away (fault 9).

import "fake-indexeddb/auto";

import assert from "node:assert/strict";
import { test } from "node:test";

import { Phone, SCAN } from "../testing/phone.ts";
import { FIRST, leave } from "../testing/released_stores.ts";
import { hang } from "../testing/storage_faults.ts";
import { Database, StorageError } from "./database.ts";
import { MIGRATIONS, type Upgrade } from "./schema.ts";

const ADDED: Upgrade = (database) => void database.createObjectStore("added" as "meta");

function versions(phone: Phone): Promise<number> {
  return phone.indexedDB.databases().then(([only]) => only?.version ?? 0);
}

for (const released of [FIRST]) {
  test(`the store of version ${released.version} is taken over, and its queue delivered`, async () => {
    const phone = new Phone();
    await leave(phone.indexedDB, released);
    const core = await phone.start();
    assert.equal(core.enrolment.value?.courier.name, "陈师傅");
    const events = core.events("2026-07-06");
    assert.deepEqual(events.map(({ seq }) => seq), [1, 2]);
    assert.equal(events[0]?.voidedBy, events[1]?.id);
    // The service does not know the phone: it is restored by its ticket, and asks for both again.
    await phone.time.pass(10 * 60_000);
    assert.equal(core.waiting.value, 0);
    const [there] = [...phone.service.phones.values()];
    assert.deepEqual([...there!.events.keys()].sort(), [1, 2]);
    assert.equal((await phone.time.until(core.record(SCAN))).seq, 3);
  });
}

test("a later app takes over a store of the first version with all that is in it", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const scan = await phone.time.until(core.record(SCAN));
  await core.close();
  const later = new Database(phone.environment(), [...MIGRATIONS, ADDED]);
  const found = await phone.time.until(
    later.read(["events"], (transaction) => transaction.objectStore("events").getAll()),
  );
  assert.deepEqual(found.map(({ id }) => id), [scan.id]);
  assert.equal(await versions(phone), 2);
  later.close();
});

test("an app older than the store goes on with it", async () => {
  const phone = new Phone();
  await (await phone.enrolled()).close();
  const later = new Database(phone.environment(), [...MIGRATIONS, ADDED]);
  await phone.time.until(later.read(["meta"], async () => undefined));
  later.close();
  const core = await phone.start();
  assert.equal((await phone.time.until(core.record(SCAN))).seq, 1);
  assert.equal(core.storage.value, "good");
});

test("an app that is open lets a later one change the store, and goes on", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  const later = new Database(phone.environment(), [...MIGRATIONS, ADDED]);
  await phone.time.until(later.read(["meta"], async () => undefined));
  assert.equal(await versions(phone), 2);
  assert.equal((await phone.time.until(core.record(SCAN))).seq, 1);
  later.close();
});

test("a migration that fails leaves the older store as it was", async () => {
  const phone = new Phone();
  const core = await phone.enrolled();
  await core.close();
  const broken: Upgrade = () => {
    throw new Error("a fault in a migration");
  };
  const later = new Database(phone.environment(), [...MIGRATIONS, broken]);
  await assert.rejects(
    phone.time.until(later.read(["meta"], async () => undefined)),
    StorageError,
  );
  assert.equal(await versions(phone), 1);
  later.close();
});

test("a connection closed under us is opened again", async () => {
  const phone = new Phone();
  const connections: IDBDatabase[] = [];
  const { indexedDB } = phone;
  const watched = {
    open: (...given: Parameters<IDBFactory["open"]>) => {
      const request = indexedDB.open(...given);
      request.addEventListener("success", () => connections.push(request.result));
      return request;
    },
  } as unknown as IDBFactory;
  const core = await phone.enrolled({ indexedDB: watched });
  for (const connection of connections) connection.close();
  assert.equal((await phone.time.until(core.record(SCAN))).seq, 1);
  assert.equal(connections.length, 2);
});

test("a store that hangs keeps nobody waiting for ever, and is opened again", async () => {
  const phone = new Phone();
  const database = new Database(phone.environment());
  const release = hang("readonly");
  const started = phone.time.mono;
  await assert.rejects(
    phone.time.until(database.read(["meta"], (open) => open.objectStore("meta").getAll())),
    { kind: "slow" },
  );
  assert.equal(phone.time.mono - started, 10_000);
  release();
  const found = database.read(["meta"], (open) => open.objectStore("meta").getAll());
  assert.deepEqual(await phone.time.until(found), []);
});
