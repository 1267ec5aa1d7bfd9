// Stores as released versions of the app have left them on phones. Never changed, only added to: what a
// later app does with each is tested.

interface Released {
  readonly version: number;
  readonly make: (database: IDBDatabase) => void;
  readonly content: Readonly<Record<string, readonly (readonly [value: unknown, key?: string])[]>>;
}

const INSTALLATION = "019f3a51-7c1e-7d5a-9a51-3f1f7a0c2b11";
const SCAN_ID = "019f3a5f-0d0a-7c11-8e55-6a2f9d1c0001";
const VOID_ID = "019f3a5f-1b2c-7c11-8e55-6a2f9d1c0002";

/** 1.0: an acknowledged scan, and its void that waits. */
export const FIRST: Released = {
  version: 1,
  make(database) {
    const events = database.createObjectStore("events", { keyPath: ["installation", "seq"] });
    events.createIndex("waiting", ["installation", "waiting", "seq"]);
    events.createIndex("id", "id");
    database.createObjectStore("installations", { keyPath: "id" });
    const readings = database.createObjectStore("readings", {
      keyPath: "order",
      autoIncrement: true,
    });
    readings.createIndex("after", ["installation", "after"]);
    database.createObjectStore("photos", { keyPath: "event" }).createIndex("state", "state");
    database.createObjectStore("meta");
  },
  content: {
    installations: [
      [
        {
          id: INSTALLATION,
          token: "q0m1Zr8yKQ2vWc5tJ7nXbD4hLsP9fGaE3uRi6oTkYxM",
          ticket: `ticket:${INSTALLATION}`,
          courier: { code: "C07", name: "陈师傅" },
          branch: { code: "500107", name: "九龙坡区", timezone: "Asia/Shanghai" },
          current: true,
          highest: 2,
        },
      ],
    ],
    events: [
      [
        {
          installation: INSTALLATION,
          seq: 1,
          id: SCAN_ID,
          event: {
            kind: "scan",
            method: "camera",
            label: "7M2K9QXW4R8T0ZBC",
            point: "P017",
            items: [{ title: "1-1", date: "2026-07-06", copies: 12 }],
            position: { lat: 29.4922, lon: 106.3808, accuracy_m: 12 },
            id: SCAN_ID,
            seq: 1,
            format: 1,
            at: "2026-07-06T00:50:00.000Z",
            mono: 293_000,
            life: "k2v9",
          },
          acknowledged: "2026-07-06T00:50:03.000Z",
          state: "accepted",
          voidedBy: VOID_ID,
        },
      ],
      [
        {
          installation: INSTALLATION,
          seq: 2,
          id: VOID_ID,
          event: {
            kind: "void",
            scan: SCAN_ID,
            reason: "undone",
            id: VOID_ID,
            seq: 2,
            format: 1,
            at: "2026-07-06T00:50:04.000Z",
            mono: 297_000,
            life: "k2v9",
          },
          waiting: 1,
        },
      ],
    ],
    readings: [
      [
        {
          installation: INSTALLATION,
          life: "k2v9",
          mono: 1_000,
          at: "2026-07-06T00:45:08.000Z",
          offset_ms: -120,
          error_ms: 40,
          after: 0,
        },
      ],
    ],
  },
};

/** Leave the store on a phone as that version has left it. */
export async function leave(factory: IDBFactory, released: Released): Promise<void> {
  const opening = factory.open("jianbao-courier", released.version);
  opening.onupgradeneeded = () => released.make(opening.result);
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const transaction = database.transaction(Object.keys(released.content), "readwrite");
  for (const [name, values] of Object.entries(released.content)) {
    for (const [value, key] of values) transaction.objectStore(name).put(value, key);
  }
  await new Promise((done) => (transaction.oncomplete = done));
  database.close();
}
