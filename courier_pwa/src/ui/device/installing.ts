// Putting the app on the home screen, and the browsers in which it must not live.

import { signal } from "@preact/signals";

interface InstallPrompt extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

let prompt: InstallPrompt | null = null;

/** Whether the browser lets us offer it. */
export const canInstall = signal(false);

/** Remember the browser's offer for when the courier wishes it. */
export function listenForInstalling(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    prompt = event as InstallPrompt;
    canInstall.value = true;
  });
}

/** Offer it; tells whether the courier accepted. */
export async function install(): Promise<boolean> {
  const answer = await prompt?.prompt().catch(() => null);
  return answer?.outcome === "accepted";
}

/** Tell whether the app runs from the home screen. */
export function isInstalled(): boolean {
  return matchMedia("(display-mode: standalone)").matches;
}

/** WeChat's own browser keeps no records for sure. */
export function inWeChat(): boolean {
  return /MicroMessenger/i.test(navigator.userAgent);
}
