// Where the phone is, for one position a scan: only the newest is kept, in memory, never a track.

import { signal, type ReadonlySignal } from "@preact/signals";

import type { Position } from "./core.ts";

// Older than this a position says where the courier was, not where the label is.
const FRESH_MS = 30_000;
// A receiver that reports changes only falls silent while the courier stands still: then it is asked.
const ASK_AFTER_MS = 12_000;
const ASKED = "jianbao.position.asked";

export interface Positions {
  /** The newest position, for showing distances; null where there is none. */
  readonly here: ReadonlySignal<Position | null>;
  readonly permission: ReadonlySignal<PermissionState | "unknown">;
  /** A position of this moment, if one is at hand; never waits. */
  now(): Position | undefined;
  /** Keep the position fresh until the returned function is called. Asks once in a phone's life. */
  follow(): () => void;
  /** Ask again, by the courier's wish. */
  ask(): void;
}

/** Return positions by the phone's satellite receiver; refused or absent, there are none. */
export function createPositions(): Positions {
  const here = signal<Position | null>(null);
  const permission = signal<PermissionState | "unknown">("unknown");
  // By the monotonic clock, since a phone's wall clock may jump.
  let taken = -Infinity;
  let followers = 0;
  let watch: number | null = null;
  let refresh: ReturnType<typeof setInterval> | undefined;

  const took = ({ coords, timestamp }: GeolocationPosition): void => {
    permission.value = "granted";
    taken = performance.now() - Math.max(0, Date.now() - timestamp);
    here.value = {
      lat: round(coords.latitude, 6),
      lon: round(coords.longitude, 6),
      accuracy_m: Math.min(100_000, Math.max(0, round(coords.accuracy, 1))),
    };
  };
  const failed = (error: GeolocationPositionError): void => {
    if (error.code === error.PERMISSION_DENIED) permission.value = "denied";
  };
  const begin = (): void => {
    if (watch !== null || !navigator.geolocation) return;
    remember();
    const wish = { enableHighAccuracy: true, maximumAge: 5_000 };
    watch = navigator.geolocation.watchPosition(took, failed, wish);
    refresh = setInterval(() => {
      if (performance.now() - taken < ASK_AFTER_MS || document.hidden) return;
      navigator.geolocation.getCurrentPosition(took, failed, { ...wish, timeout: 10_000 });
    }, ASK_AFTER_MS / 2);
  };
  const beginIfWelcome = async (): Promise<void> => {
    permission.value = await permissionState();
    const welcome =
      permission.value === "granted" || (permission.value !== "denied" && !wasAsked());
    if (welcome && followers > 0) begin();
  };
  const end = (): void => {
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    watch = null;
    clearInterval(refresh);
  };
  return {
    here,
    permission,
    now: () =>
      here.value && performance.now() - taken <= FRESH_MS ? here.value : undefined,
    follow: () => {
      if (++followers === 1) void beginIfWelcome();
      return () => {
        if (--followers === 0) end();
      };
    },
    ask: begin,
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
