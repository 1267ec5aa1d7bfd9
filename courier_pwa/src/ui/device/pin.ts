// A PIN of four digits, if the courier wants one: keeps a finder of the phone from scanning in the
// courier's name. Only a salted hash is kept; sending goes on behind the lock.

import { signal, type ReadonlySignal } from "@preact/signals-core";

const KEY = "jianbao.pin";
export const TRIES_KEY = "jianbao.pin.tries";
const AWAY_MS = 5 * 60_000;

export interface Pin {
  readonly isSet: ReadonlySignal<boolean>;
  readonly locked: ReadonlySignal<boolean>;
  /** Set a PIN; false where it is not four digits or cannot be kept. */
  set(digits: string): Promise<boolean>;
  /** Open the lock, unless the PIN is wrong, or was so often that the next try has to `wait`. */
  open(digits: string): Promise<"open" | "wrong" | "wait">;
  /** Do without a PIN from now on. */
  remove(): void;
  /** The app was away for that long, milliseconds. */
  wasAway(milliseconds: number): void;
}

export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Return the phone's PIN as it was left; locked where there is one. `now`: the wall clock. */
export function createPin(store: Store, now: () => number = Date.now): Pin {
  const isSet = signal(store.getItem(KEY) !== null);
  const locked = signal(isSet.value);
  return {
    isSet,
    locked,
    set: async (digits) => {
      if (!/^\d{4}$/.test(digits)) return false;
      const { salted } = await import("./pin_hash.ts");
      store.setItem(KEY, await salted(digits));
      store.removeItem(TRIES_KEY);
      isSet.value = store.getItem(KEY) !== null;
      return isSet.value;
    },
    open: async (digits) => {
      const [{ isOf }, tries] = await Promise.all([
        import("./pin_hash.ts"),
        import("./pin_tries.ts"),
      ]);
      if (tries.mustWait(store, now())) return "wait";
      if (!(await isOf(digits, store.getItem(KEY) ?? ""))) {
        tries.noteWrong(store, now());
        return "wrong";
      }
      store.removeItem(TRIES_KEY);
      locked.value = false;
      return "open";
    },
    remove: () => {
      store.removeItem(KEY);
      store.removeItem(TRIES_KEY);
      isSet.value = false;
      locked.value = false;
    },
    wasAway: (milliseconds) => {
      if (isSet.value && milliseconds >= AWAY_MS) locked.value = true;
    },
  };
}

/** Tell `pin` whenever the app comes back to the foreground. */
export function lockWhenAway(pin: Pin): void {
  let since = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) since = performance.now();
    else pin.wasAway(performance.now() - since);
  });
}

/** The browser's storage; where it is forbidden, one for this life of the app. */
export function pinStore(): Store {
  try {
    localStorage.getItem(KEY);
    return localStorage;
  } catch {
    const kept = new Map<string, string>();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  }
}
