// Updates of the app: loaded in the background, in force when the courier agrees.

import { signal, type ReadonlySignal } from "@preact/signals-core";

const LOOK_EVERY_MS = 60 * 60_000;
const RELOADED = "jianbao.reloaded";
const A_WHILE_MS = 60_000;

export interface Updates {
  /** Whether a newer app is here and waits for `takeOver`. */
  readonly waiting: ReadonlySignal<boolean>;
  /** Let the newer app take over: every tab is loaded anew, the queue is not touched. */
  takeOver(): void;
}

/** Register the service worker and look for updates; where there is none, nothing ever waits. */
export function watchUpdates(reload: () => void = () => location.reload()): Updates {
  const waiting = signal(false);
  let registration: ServiceWorkerRegistration | undefined;
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (workers !== undefined) {
    // The first worker takes over a page that has loaded from the network: no reason to load again.
    let controlled = workers.controller !== null;
    workers.addEventListener("controllerchange", () => {
      if (controlled) reload();
      controlled = true;
    });
    // A part that is loaded later is gone: another version took over while this page began.
    addEventListener("vite:preloadError", () => {
      if (workers.controller !== null && isFirstInAWhile()) reload();
    });
    void register(workers, waiting).then((found) => (registration = found));
  }
  return { waiting, takeOver: () => registration?.waiting?.postMessage("take over") };
}

/** Tell whether this page has not been loaded anew for the same reason just before. */
function isFirstInAWhile(): boolean {
  const last = Number(sessionStorage.getItem(RELOADED));
  sessionStorage.setItem(RELOADED, String(Date.now()));
  return Math.abs(Date.now() - last) > A_WHILE_MS;
}

async function register(
  workers: ServiceWorkerContainer,
  waiting: { value: boolean },
): Promise<ServiceWorkerRegistration | undefined> {
  try {
    const options = { scope: "/app/", updateViaCache: "none" } as const;
    const registration = await workers.register("/app/sw.js", options);
    const look = (): void => {
      waiting.value = registration.waiting !== null && workers.controller !== null;
    };
    look();
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", look);
    });
    setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY_MS);
    return registration;
  } catch (error) {
    console.warn("no service worker", error); // plain HTTP, or forbidden: the app works with network
    return undefined;
  }
}
