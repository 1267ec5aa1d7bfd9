// The language that is spoken, and dates, times and distances in it. Only the one that is spoken is
// loaded: the first screen's words at the start, those of the others with them.

import { computed, signal, type ReadonlySignal } from "@preact/signals";

import { localDay } from "../domain/days.ts";
import type { Words } from "./zh.ts";
import type { LaterWords } from "./zh_later.ts";

export type Language = "zh" | "en";

interface Spoken {
  readonly language: Language;
  readonly words: Words;
  readonly later: LaterWords | null;
}

const WORDS: Readonly<Record<Language, () => Promise<Words>>> = {
  zh: () => import("./zh.ts").then(({ zh }) => zh),
  en: () => import("./en.ts").then(({ en }) => en),
};
const LATER_WORDS: Readonly<Record<Language, () => Promise<LaterWords>>> = {
  zh: () => import("./zh_later.ts").then(({ zh }) => zh),
  en: () => import("./en_later.ts").then(({ en }) => en),
};

let begin: () => void;
const started = new Promise<void>((resolve) => (begin = resolve));
const spoken = signal<Spoken | null>(null);
let moreIsWanted = false;
const current = signal<Language>("zh");

/** The language that is spoken. */
export const language: ReadonlySignal<Language> = current;

/** Speak a language from now on; once at the start, before anything is said. */
export async function speak(choice: Language): Promise<void> {
  const withLater = moreIsWanted ? LATER_WORDS[choice]() : null;
  const [words, later] = await Promise.all([WORDS[choice](), withLater]);
  spoken.value = { language: choice, words, later };
  current.value = choice;
  begin();
}

/** Load the words of the later screens too, before one of them is shown. */
export async function speakMore(): Promise<void> {
  moreIsWanted = true;
  await started;
  const before = spoken.value!;
  if (before.later) return;
  const later = await LATER_WORDS[before.language]();
  if (spoken.value === before) spoken.value = { ...before, later };
  else await speakMore();
}

/** The words of the language that is spoken. */
export const t = (): Words => spoken.value!.words;

/** The words of the later screens. */
export const tl = (): LaterWords => spoken.value!.later!;

/** Return the first of the preferred languages that the app speaks; Chinese where it speaks none. */
export function preferred(languages: readonly string[]): Language {
  for (const each of languages) {
    const base = each.toLowerCase().split("-")[0];
    if (base === "zh" || base === "en") return base;
    // Who reads Tibetan or Uyghur in China is taught Chinese too.
    if (each.toLowerCase().endsWith("-cn")) return "zh";
  }
  return languages.length ? "en" : "zh";
}

/** A day (YYYY-MM-DD) in few words: 7月6日. */
export function shortDate(day: string): string {
  const [, month = 1, date = 1] = day.split("-").map(Number);
  return t().date(month, date);
}

/** A day with its weekday. */
export function longDate(day: string): string {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
  const space = language.value === "en" ? ", " : " ";
  return language.value === "en"
    ? `${t().weekdays[weekday]}${space}${shortDate(day)}`
    : `${shortDate(day)}${space}${t().weekdays[weekday]}`;
}

/** The branch's time zone, once it is known. */
export const timeZone = signal<string | undefined>(undefined);

const format = computed(() => {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const zone = timeZone.value;
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, ...(zone && { timeZone: zone }) });
  } catch {
    return new Intl.DateTimeFormat("en-GB", options); // a zone that this phone does not know
  }
});

/** The time of day (HH:MM) of an instant, in the branch's time zone. */
export function clock(instant: string | number): string {
  return format.value.format(new Date(instant));
}

/** An instant (milliseconds) as a time of day, with its date where it is not of `today`. */
export function when(instant: number, today: string): string {
  const day = localDay(instant, timeZone.value ?? "Asia/Shanghai");
  return day === today ? clock(instant) : `${shortDate(day)} ${clock(instant)}`;
}

/** A distance as one would say it: 350 m, 1.2 km, 14 km. */
export function howFar(metres: number): string {
  if (metres < 950) return t().metres(Math.max(10, Math.round(metres / 10) * 10));
  const kilometres = metres / 1000;
  return t().kilometres(kilometres < 9.95 ? kilometres.toFixed(1) : String(Math.round(kilometres)));
}

/** A rate in per cent with one digit: 96.4 %. */
export function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}
