// The service worker: the app starts without a network, and an update waits until the courier agrees.
// It holds no events of its own; where the browser wakes it up to sync, it drains the same queue.

import { browserEnvironment } from "./environment.ts";
import { drainOnce } from "./net/background.ts";

declare const self: ServiceWorkerGlobalScope;
/** Changes with the list of files. */
declare const __CACHE__: string;
declare const __PRECACHE__: readonly (readonly [path: string, sha256: string])[];

const PREFIX = "jianbao-app-";
const CACHE = PREFIX + __CACHE__;
const SHELL = "/app/";

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const ours = origin === location.origin && pathname.startsWith(SHELL);
  if (request.method === "GET" && ours) event.respondWith(answer(request));
});
self.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(self.skipWaiting());
});
self.addEventListener("sync", (event) => {
  const { tag, waitUntil } = event as ExtendableEvent & { tag: string };
  if (tag === "jianbao") waitUntil.call(event, drainOnce(browserEnvironment()));
});

/** Fill the cache of this version, all of it or none. */
async function install(): Promise<void> {
  try {
    const cache = await caches.open(CACHE);
    await Promise.all(__PRECACHE__.map(([path, hash]) => keep(cache, path, hash)));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** Keep a file of exactly that content: what an older version has, else from the service. */
async function keep(cache: Cache, path: string, hash: string): Promise<void> {
  const old = await caches.match(path);
  if (old !== undefined && (await isOf(old, hash))) return cache.put(path, old);
  const response = await fetch(path, { cache: "no-cache", redirect: "error" });
  const right = response.ok && !response.redirected && (await isOf(response, hash));
  if (!right) throw new Error(`${path} is not what this version was built with`);
  return cache.put(path, response);
}

async function isOf(response: Response, hash: string): Promise<boolean> {
  const content = await response.clone().arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === hash;
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** Answer from this version's cache; what is not in it, and only that, from the network. */
async function answer(request: Request): Promise<Response> {
  const path = request.mode === "navigate" ? SHELL : request.url;
  const kept = await caches.match(path, { cacheName: CACHE, ignoreSearch: true, ignoreVary: true });
  return kept ?? fetch(request);
}
