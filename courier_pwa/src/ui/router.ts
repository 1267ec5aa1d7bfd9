// Addresses within the app: all after the #, so that a reload offline finds the one cached page.

import { signal, type ReadonlySignal } from "@preact/signals";

/** A screen and what it is about: `["round", "R07", "2026-07-06"]`. */
export type Route = readonly [screen: string, ...about: string[]];

const current = signal<Route>(parse(typeof location === "undefined" ? "" : location.hash));

/** The screen that is shown. */
export const route: ReadonlySignal<Route> = current;

/** Return the route of an address' hash; the first screen for an empty one. */
export function parse(hash: string): Route {
  if (hash.startsWith("#enrol=")) return ["enrol", hash.slice("#enrol=".length)];
  const [screen = "", ...about] = hash.replace(/^#\/?/, "").split("/").map(decoded);
  return [screen || "today", ...about];
}

/** Return the hash of a screen. */
export function href(...to: Route): string {
  return `#/${to.map(encodeURIComponent).join("/")}`;
}

/** Show a screen. */
export function go(...to: Route): void {
  location.hash = href(...to);
}

/** Show a screen in place of this one: the phone's back button does not lead here again. */
export function replace(...to: Route): void {
  location.replace(href(...to));
}

/** Follow the address from now on. */
export function followAddress(): void {
  addEventListener("hashchange", () => {
    current.value = parse(location.hash);
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
