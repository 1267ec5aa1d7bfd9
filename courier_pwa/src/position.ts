// Where the phone is, for one position a scan: only the newest is kept, in memory, never a track.

import { signal } from "@preact/signals";

import type { Position } from "./core.ts";

// Older than this a position says where the courier was, not where the label is.
const FRESH_MS = 30_000;
// A receiver that reports changes only falls silent while the courier stands still: then it is asked.
const ASK_AFTER_MS = 12_000;
const ASKED = "jianbao.position.asked";
const WISH: PositionOptions = { enableHighAccuracy: true, maximumAge: 5_000 };

/** Positions by the phone's satellite receiver; refused or absent, there are none. */
export class Positions {
  /** The newest position, for showing distances; null where there is none. */
  readonly here = signal<Position | null>(null);
  readonly permission = signal<PermissionState | "unknown">("unknown");

  // By the monotonic clock, since a phone's wall clock may jump.
  #taken = -Infinity;
  #followers = 0;
  #watch: number | null = null;
  #refresh: ReturnType<typeof setInterval> | undefined;

  /** A position of this moment, if one is at hand; never waits. */
  now(): Position | undefined {
    const isFresh = performance.now() - this.#taken <= FRESH_MS;
    return (isFresh && this.here.value) || undefined;
  }

  /** Keep the position fresh until the returned function is called. Asks once in a phone's life. */
  follow(): () => void {
    this.#followers += 1;
    if (this.#followers === 1) void this.#beginIfWelcome();
    return () => {
      this.#followers -= 1;
      if (this.#followers === 0) this.#end();
    };
  }

  /** Ask again, by the courier's wish; where nobody follows, once: the receiver does not stay on. */
  ask(): void {
    if (this.#followers > 0) return this.#begin();
    remember();
    navigator.geolocation?.getCurrentPosition(this.#took, this.#failed, WISH);
  }

  async #beginIfWelcome(): Promise<void> {
    this.permission.value = await permissionState();
    const refused = this.permission.value === "denied";
    const welcome = this.permission.value === "granted" || (!refused && !wasAsked());
    if (welcome && this.#followers > 0) this.#begin();
  }

  #begin(): void {
    if (this.#watch !== null || !navigator.geolocation) return;
    remember();
    this.#watch = navigator.geolocation.watchPosition(this.#took, this.#failed, WISH);
    this.#refresh = setInterval(() => {
      if (performance.now() - this.#taken < ASK_AFTER_MS || document.hidden) return;
      const wish = { ...WISH, timeout: 10_000 };
      navigator.geolocation.getCurrentPosition(this.#took, this.#failed, wish);
    }, ASK_AFTER_MS / 2);
  }

  #end(): void {
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = null;
    clearInterval(this.#refresh);
  }

  readonly #took = ({ coords, timestamp }: GeolocationPosition): void => {
    this.permission.value = "granted";
    this.#taken = performance.now() - Math.max(0, Date.now() - timestamp);
    this.here.value = {
      lat: round(coords.latitude, 6),
      lon: round(coords.longitude, 6),
      accuracy_m: Math.min(100_000, Math.max(0, round(coords.accuracy, 1))),
    };
  };

  readonly #failed = (error: GeolocationPositionError): void => {
    if (error.code !== error.PERMISSION_DENIED) return;
    this.permission.value = "denied";
    this.#end(); // so that it can be asked for again
  };
}

async function permissionState(): Promise<PermissionState | "unknown"> {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state;
  } catch {
    return "unknown";
  }
}

function wasAsked(): boolean {
  try {
    return localStorage.getItem(ASKED) === "1";
  } catch {
    return false;
  }
}

function remember(): void {
  try {
    localStorage.setItem(ASKED, "1");
  } catch {
    // Forbidden by a setting: then the browser's own memory of the answer has to do.
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
