// What the courier has set on this phone: language, display, sound. Kept in the browser's storage;
// where that is forbidden, for this life of the app.

import { effect, signal, type Signal } from "@preact/signals";

import { language, preferred, speak, type Language } from "../i18n/index.ts";

export type Theme = "auto" | "light" | "dark" | "sun";

export interface Settings {
  readonly theme: Signal<Theme>;
  readonly quiet: Signal<boolean>;
  /** The camera that was chosen last; empty: the phone's choice. */
  readonly camera: Signal<string>;
  /** When the plan was last known to be the service's newest, milliseconds; 0: never. */
  readonly planLoaded: Signal<number>;
  speak(language: Language): void;
}

/** Return the camera that was chosen last; empty: the phone's choice. */
export function chosenCamera(): string {
  return read("camera", "");
}

/** Return the settings as they were left, and apply them to the page from now on. */
export async function createSettings(): Promise<Settings> {
  const theme = kept<Theme>("theme", "auto");
  const spoken = kept<Language | "">("language", "");
  await speak(spoken.value || preferred(navigator.languages ?? [navigator.language]));
  effect(() => {
    document.documentElement.lang = language.value === "zh" ? "zh-Hans" : "en";
  });
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
  });
  return {
    theme,
    quiet: kept("quiet", false),
    camera: kept("camera", ""),
    planLoaded: kept("plan-loaded", 0),
    speak: (choice) => {
      spoken.value = choice;
      void speak(choice);
    },
  };
}

/** A signal that is read from and written to the browser's storage. */
function kept<T>(name: string, otherwise: T): Signal<T> {
  const key = `jianbao.${name}`;
  const value = signal<T>(read(key, otherwise));
  let first = true;
  effect(() => {
    const text = JSON.stringify(value.value);
    if (!first) write(key, text);
    first = false;
  });
  return value;
}

function read<T>(key: string, otherwise: T): T {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? "null") as T | null) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // Forbidden or full: the setting lives as long as the app.
  }
}
