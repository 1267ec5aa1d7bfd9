/** A courier's phone: one disk, one network, clocks that are wrong, and tabs that run the core. */
import type { Core, Environment } from "../src/core.ts";
import type { Channel } from "../src/environment.ts";
import { Locks } from "./locks.ts";
import { type Air, Network } from "./network.ts";
import { Random } from "./random.ts";
import { Disk, type Owner } from "./storage.ts";
import type { World } from "./world.ts";

/** How much faster than true time the phone's clocks run: a poor quartz. */
const DRIFT = 40e-6;

/** Makes a core as a page does that loads the app's scripts: modules of its own each time. */
export type LoadApp = () => { createCore: (environment: Environment) => Promise<Core> };

export interface Tab extends Owner {
  readonly core: Promise<Core>;
}

export class Phone {
  readonly disk: Disk;
  readonly network: Network;
  /** What must be added to true time for the device's wall clock. */
  skew: number;
  readonly tabs = new Map<string, Tab>();
  private readonly world: World;
  private readonly load: LoadApp;
  private readonly random: Random;
  private bytes: Random;
  private readonly locks = new Locks();
  private readonly local = new Map<string, string>();
  private readonly channels = new Map<string, Set<Channel & { tell: (data: unknown) => void }>>();
  private readonly wakers = new Map<Owner, Set<(why: "online" | "visible") => void>>();
  private readonly drift: number;
  private asleepSince: number | null = null;
  private asleepUntil = 0;
  private slept = 0;

  constructor(world: World, air: Air, load: LoadApp, seed: number, twin: number, skew: number) {
    this.world = world;
    this.load = load;
    this.random = new Random(seed);
    // Phones of one make that start alike draw the same "random" bytes: ids may well collide.
    this.bytes = new Random(twin);
    this.skew = skew;
    this.drift = DRIFT * (2 * this.random.next() - 1);
    this.disk = new Disk(world);
    this.network = new Network(world, air, new Random(seed ^ 0x5eed), () => this.asleepUntil);
  }

  /** Open the app in a tab. */
  open(name: string): Tab {
    const owner: Owner & { core?: Promise<Core> } = { dead: false };
    const tab = Object.assign(owner, { core: this.load().createCore(this.environment(owner)) });
    tab.core.catch(() => null);
    this.tabs.set(name, tab);
    return tab;
  }

  /** End a tab without a word to it. */
  kill(name: string): void {
    const tab = this.tabs.get(name);
    if (tab === undefined) return;
    this.disk.kill(tab);
    this.locks.kill(tab);
    this.wakers.delete(tab);
    this.tabs.delete(name);
  }

  /** The battery is pulled: every tab ends, and what was not on the disk is gone. */
  losePower(): void {
    for (const name of [...this.tabs.keys()]) this.kill(name);
    this.disk.losePower();
  }

  /** From now on the "random" bytes are those of the seed: ids of two phones may collide. */
  reseed(seed: number): void {
    this.bytes = new Random(seed);
  }

  /** Sleep: timers wait, the monotonic clock stands still. */
  sleep(milliseconds: number): void {
    this.wake();
    this.asleepSince = this.world.now;
    this.asleepUntil = this.world.now + milliseconds;
  }

  /** The courier takes the phone in hand. */
  wake(): void {
    if (this.asleepSince === null) return;
    this.slept += Math.min(this.world.now, this.asleepUntil) - this.asleepSince;
    this.asleepSince = null;
    this.asleepUntil = 0;
    // Often the page hears nothing of it; its timers have to do.
    if (this.random.happens(0.3)) this.tell("visible");
  }

  /** Tell the tabs that the network is back or that they are looked at. */
  tell(why: "online" | "visible"): void {
    for (const callbacks of this.wakers.values()) for (const callback of callbacks) callback(why);
  }

  private sleptUntilNow(): number {
    if (this.asleepSince === null) return this.slept;
    return this.slept + Math.min(this.world.now, this.asleepUntil) - this.asleepSince;
  }

  private environment(owner: Owner): Environment {
    const { world } = this;
    const opened = world.now;
    const sleptBefore = this.sleptUntilNow();
    return {
      indexedDB: this.disk.seenBy(owner),
      localStorage: {
        getItem: (key) => this.local.get(key) ?? null,
        setItem: (key, value) => {
          if (!owner.dead) this.local.set(key, value);
        },
      },
      locks: this.locks.seenBy(owner),
      fetch: this.network.fetchOf(owner),
      crypto: this.crypto(),
      now: () => Math.floor(world.now + this.skew),
      mono: () => (world.now - opened - (this.sleptUntilNow() - sleptBefore)) * (1 + this.drift),
      random: () => this.random.next(),
      setTimeout: (callback, delay) =>
        world.later(
          delay,
          () => {
            if (!owner.dead) callback();
          },
          () => this.asleepUntil,
        ),
      clearTimeout: (timer) => world.forget(timer as number),
      onWake: (callback) => this.onWake(owner, callback),
      openChannel: (name) => this.openChannel(owner, name),
      persist: async () => true,
      askForSync: async () => undefined,
      origin: "http://service.example",
      appVersion: "1.0.0",
      device: "Android 10; Redmi 9A",
    };
  }

  private crypto(): Environment["crypto"] {
    const { subtle } = globalThis.crypto;
    const counted = new Proxy(subtle, {
      get: (target, name) => {
        const found: unknown = Reflect.get(target, name, target);
        if (typeof found !== "function") return found;
        return (...given: unknown[]) =>
          this.world.real(Promise.resolve(found.apply(target, given) as unknown));
      },
    });
    const getRandomValues = <T extends ArrayBufferView | null>(array: T): T => {
      if (array !== null) {
        this.bytes.fill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
      }
      return array;
    };
    return { subtle: counted, getRandomValues: getRandomValues as Crypto["getRandomValues"] };
  }

  private onWake(owner: Owner, callback: (why: "online" | "visible") => void): () => void {
    const callbacks = this.wakers.get(owner) ?? new Set();
    callbacks.add(callback);
    if (!owner.dead) this.wakers.set(owner, callbacks);
    return () => callbacks.delete(callback);
  }

  private openChannel(owner: Owner, name: string): Channel {
    const members = this.channels.get(name) ?? new Set();
    this.channels.set(name, members);
    const listeners: ((event: { data: unknown }) => void)[] = [];
    const member = {
      tell: (data: unknown) => {
        if (!owner.dead) for (const listener of listeners) listener({ data });
      },
      postMessage: (message: unknown) => {
        if (owner.dead) return;
        const data: unknown = structuredClone(message);
        for (const other of members) {
          if (other !== member) this.world.immediate(() => other.tell(data));
        }
      },
      addEventListener: (_type: "message", listener: (event: { data: unknown }) => void) => {
        listeners.push(listener);
      },
      close: () => void members.delete(member),
    };
    members.add(member);
    return member;
  }
}
