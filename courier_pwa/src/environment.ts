// Everything that the core takes from the browser, so that the same module runs in Node under
// injected time, network and storage.

export type Timer = unknown;

/** As much of a BroadcastChannel as the core needs: tell the other tabs that something changed. */
export interface Channel {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  close(): void;
}

export interface Environment {
  /** idb needs the global classes (IDBRequest …) too: in Node import "fake-indexeddb/auto". */
  readonly indexedDB: IDBFactory;
  /** Survives where IndexedDB is emptied; null where there is none (service worker). */
  readonly localStorage: Pick<Storage, "getItem" | "setItem"> | null;
  /** Null where there are none: then a lease in IndexedDB does instead. */
  readonly locks: Pick<LockManager, "request"> | null;
  readonly fetch: (input: string, init: RequestInit) => Promise<Response>;
  readonly crypto: Pick<Crypto, "getRandomValues" | "subtle">;
  /** Wall clock, milliseconds since 1970; may be wrong and may jump. */
  readonly now: () => number;
  /** Monotonic clock of this life, milliseconds; may stand still while the phone sleeps. */
  readonly mono: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly setTimeout: (callback: () => void, milliseconds: number) => Timer;
  readonly clearTimeout: (timer: Timer) => void;
  /** Calls back whenever the network may be back or the app comes to the foreground. */
  readonly onWake: (callback: (why: "online" | "visible") => void) => () => void;
  readonly openChannel: (name: string) => Channel | null;
  /** Ask that storage be kept; false where refused or unknown. */
  readonly persist: () => Promise<boolean>;
  /** Ask for a Background Sync; may do nothing. */
  readonly askForSync: () => Promise<void>;
  /** Scheme and host of the service, without a path; "" means the page's own. */
  readonly origin: string;
  readonly appVersion: string;
  /** The make of the phone, at most 200 characters. */
  readonly device: string;
}

declare const __APP_VERSION__: string;

/** Return the browser's own: for a page, or for the service worker (without localStorage). */
export function browserEnvironment(): Environment {
  const page = typeof document === "undefined" ? null : document;
  return {
    indexedDB,
    localStorage: page === null ? null : storageOrNull(),
    locks: navigator.locks ?? null,
    fetch: (input, init) => fetch(input, init),
    crypto,
    now: () => Date.now(),
    mono: () => performance.now(),
    random: () => Math.random(),
    setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
    clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    onWake: (callback) => listenForWaking(page, callback),
    openChannel: (name) =>
      typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name),
    persist: async () => (await navigator.storage?.persist?.()) ?? false,
    askForSync: async () => {
      const registration = await navigator.serviceWorker?.getRegistration();
      await (registration as WithSync | undefined)?.sync?.register("jianbao");
    },
    origin: location.origin,
    appVersion: __APP_VERSION__,
    device: deviceOf(navigator.userAgent),
  };
}

/** Return the make of a phone as its browser names it: `Android 10; Redmi 9A`. */
export function deviceOf(userAgent: string): string {
  const inside = /\(([^)]+)\)/.exec(userAgent)?.[1] ?? userAgent;
  return inside.replace(/^Linux; /, "").slice(0, 200);
}

type WithSync = ServiceWorkerRegistration & {
  sync?: { register(tag: string): Promise<void> };
};

function storageOrNull(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null; // forbidden by a setting of the browser
  }
}

function listenForWaking(
  page: Document | null,
  callback: (why: "online" | "visible") => void,
): () => void {
  const online = (): void => callback("online");
  const visible = (): void => {
    if (page?.visibilityState === "visible") callback("visible");
  };
  addEventListener("online", online);
  page?.addEventListener("visibilitychange", visible);
  return () => {
    removeEventListener("online", online);
    page?.removeEventListener("visibilitychange", visible);
  };
}
