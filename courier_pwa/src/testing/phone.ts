// A phone for unit tests: the shipped core on a store, clocks and a network of the test's.

import "fake-indexeddb/auto";

import { IDBFactory } from "fake-indexeddb";

import { createCore, type Core, type Environment } from "../core.ts";
import type { Channel } from "../environment.ts";
import { Service } from "./service.ts";
import { Time } from "./time.ts";

export class Phone {
  readonly time = new Time();
  readonly service = new Service(this.time);
  indexedDB: IDBFactory = new IDBFactory();
  localStorage: Map<string, string> = new Map();
  readonly #channels = new Set<{ hear: (message: unknown) => void }>();
  readonly locks: Locks | null = new Locks();
  #wakers = new Set<(why: "online" | "visible") => void>();

  environment(changes: Partial<Environment> = {}): Environment {
    return {
      indexedDB: this.indexedDB,
      localStorage: {
        getItem: (name) => this.localStorage.get(name) ?? null,
        setItem: (name, value) => void this.localStorage.set(name, value),
      },
      locks: this.locks as unknown as Environment["locks"],
      fetch: this.service.fetch,
      crypto: globalThis.crypto,
      now: () => this.time.now,
      mono: () => this.time.mono,
      random: () => 0.5,
      setTimeout: this.time.setTimeout,
      clearTimeout: this.time.clearTimeout,
      onWake: (callback) => {
        this.#wakers.add(callback);
        return () => this.#wakers.delete(callback);
      },
      openChannel: () => this.#openChannel(),
      persist: async () => true,
      askForSync: async () => undefined,
      origin: "http://service.test",
      appVersion: "test",
      device: "a phone",
      ...changes,
    };
  }

  /** Start the app. */
  async start(changes: Partial<Environment> = {}): Promise<Core> {
    const core = await this.time.until(createCore(this.environment(changes)));
    await this.time.settle();
    return core;
  }

  /** Start the app and enrol it. */
  async enrolled(changes: Partial<Environment> = {}): Promise<Core> {
    const core = await this.start(changes);
    await this.time.until(core.enrol("CODE0001"));
    await this.time.settle();
    return core;
  }

  wake(why: "online" | "visible"): void {
    for (const waker of this.#wakers) waker(why);
  }

  #openChannel(): Channel {
    let listener: (event: { data: unknown }) => void = () => undefined;
    const mine = { hear: (data: unknown) => listener({ data }) };
    this.#channels.add(mine);
    return {
      postMessage: (message) => {
        for (const each of this.#channels) if (each !== mine) each.hear(message);
      },
      addEventListener: (_, heard) => (listener = heard),
      close: () => void this.#channels.delete(mine),
    };
  }
}

/** Web Locks, as far as the core uses them. */
class Locks {
  #last: Promise<unknown> = Promise.resolve();

  request(
    _name: string,
    options: { signal?: AbortSignal; steal?: boolean },
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    const before = options.steal ? Promise.resolve() : this.#last;
    const refused = new Promise((_, reject) =>
      options.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError"))),
    );
    const mine = Promise.race([before.catch(() => undefined), refused]).then(() => work());
    // Whoever gives up waiting leaves the holder in its place.
    this.#last = before.then(() => mine).catch(() => undefined);
    return mine;
  }
}

export const SCAN = {
  kind: "scan",
  method: "camera",
  label: "7M2K9QXW4R8T0ZBC",
  point: "P017",
  items: [{ title: "1-1", date: "2026-07-06", copies: 12 }],
} as const;
