// The service's answers to a phone. Only one of the documented shape counts; null otherwise.

import {
  isDay,
  isFields,
  isInstant,
  isListOf,
  isNumber,
  isNumberOrNull,
  isOrdinal,
  isText,
  isTextOrNull,
} from "./guards.ts";
import type { Branch, Courier, DayPlan } from "./plan.ts";
import type { Range } from "./ranges.ts";

export interface Words {
  readonly zh: string;
  readonly en: string;
}

export type Acknowledgement = "accepted" | "held" | "set_aside";

/** What the service said of one event: what it is now, and why where it is held. */
export interface Result {
  readonly id: string;
  readonly seq: number;
  readonly state: Acknowledgement;
  readonly code?: string;
  readonly message?: Words;
}

export interface HeldThere {
  readonly id: string;
  readonly seq: number;
  readonly code: string;
  readonly message: Words;
}

export interface SyncAnswer {
  readonly now: string;
  /** Of the events sent, those that are answered as documented; others are still unknown. */
  readonly results: readonly Result[];
  readonly have: readonly Range[];
  readonly missing: readonly Range[];
  readonly held: readonly HeldThere[];
}

export interface EnrolmentAnswer {
  readonly installation: string;
  readonly ticket: string;
  readonly courier: Courier;
  readonly branch: Branch;
}

/** The courier's rates of one week on one route; null where nothing was owed. */
export interface WeekRecord {
  readonly route: string;
  readonly week: string;
  readonly expected: number;
  readonly delivered: number;
  readonly late_rate: number | null;
  readonly bundled_rate: number | null;
  readonly own: boolean;
}

/** What identifies an event that was sent. */
export interface Sent {
  readonly id: string;
  readonly seq: number;
}

/** Return the answer to a sync of those events of that installation, in that order. */
export function syncAnswer(
  body: unknown,
  installation: string,
  sent: readonly Sent[],
): SyncAnswer | null {
  if (!isFields(body) || body["installation"] !== installation) return null;
  const { now, results, have, missing, held } = body;
  if (!isInstant(now) || !Array.isArray(results) || results.length !== sent.length) return null;
  if (!isRanges(have) || !isRanges(missing) || !Array.isArray(held)) return null;
  const known = results.map((result, index) => resultOf(result, index, sent[index]!));
  return {
    now,
    results: known.filter((result) => result !== null),
    have,
    missing,
    held: held.filter(isHeldThere),
  };
}

function resultOf(value: unknown, index: number, sent: Sent): Result | null {
  if (!isFields(value) || value["index"] !== index) return null;
  if (value["id"] !== sent.id || value["seq"] !== sent.seq) return null;
  const state = value["status"] === "duplicate" ? value["state"] : value["status"];
  if (state !== "accepted" && state !== "held" && state !== "set_aside") return null;
  const { code, message } = value;
  return {
    ...sent,
    state,
    ...(isText(code) ? { code } : {}),
    ...(isWords(message) ? { message: { zh: message.zh, en: message.en } } : {}),
  };
}

/** Return the instant of a clock request's answer, milliseconds since 1970. */
export function clockAnswer(body: unknown): number | null {
  return isFields(body) && isInstant(body["now"]) ? Date.parse(body["now"]) : null;
}

export function enrolmentAnswer(body: unknown, installation: string): EnrolmentAnswer | null {
  if (!isFields(body) || body["installation"] !== installation) return null;
  const { ticket, courier, branch } = body;
  return isText(ticket) && isCourier(courier) && isBranch(branch)
    ? { installation, ticket, courier, branch }
    : null;
}

/** Return the day plan; null also for a format that this app does not know. */
export function planAnswer(body: unknown): DayPlan | null {
  if (!isFields(body) || body["format"] !== 1 || !isDay(body["today"])) return null;
  if (!isCourier(body["courier"]) || !isBranch(body["branch"])) return null;
  const lists: [string, (each: unknown) => each is unknown][] = [
    ["hosts", isText],
    ["titles", shaped({ code: isText, name: isText })],
    ["arrivals", shaped({ office: isText, title: isText, date: isDay, arrived_at: isTextOrNull })],
    ["points", isPoint],
    ["rounds", isRound],
    ["owed", shaped({ point: isText, title: isText, date: isDay, copies: isNumber })],
  ];
  const right = lists.every(([name, isOne]) => isListOf(body[name], isOne));
  return right ? (body as unknown as DayPlan) : null;
}

export function recordAnswer(body: unknown): readonly WeekRecord[] | null {
  return isFields(body) && isListOf(body["weeks"], isWeek) ? body["weeks"] : null;
}

const isWeek = shaped<WeekRecord>({
  route: isText,
  week: isText,
  expected: isNumber,
  delivered: isNumber,
  late_rate: isNumberOrNull,
  bundled_rate: isNumberOrNull,
  own: (value) => typeof value === "boolean",
});
const isTexts = (value: unknown): value is readonly string[] => isListOf(value, isText);
const isCourier = shaped<Courier>({ code: isText, name: isText });
const isBranch = shaped<Branch>({ code: isText, name: isText, timezone: isText });
const isWords = shaped<Words>({ zh: isText, en: isText });
const isHeldThere = shaped<HeldThere>({
  id: isText,
  seq: isOrdinal,
  code: isText,
  message: isWords,
});
const isPoint = shaped({
  code: isText,
  name: isText,
  lat: isNumberOrNull,
  lon: isNumberOrNull,
  labels: isTexts,
  retired_labels: isTexts,
  short_codes: isTexts,
});
const isStop = shaped({ sequence: isNumber, point: isText });
const isRound = shaped({
  route: isText,
  name: isText,
  date: isDay,
  stops: (value): value is unknown => isListOf(value, isStop),
});

function isRanges(value: unknown): value is readonly Range[] {
  const isRange = (each: unknown): each is Range =>
    Array.isArray(each) &&
    each.length === 2 &&
    isOrdinal(each[0]) &&
    isOrdinal(each[1]) &&
    each[0] <= each[1];
  return isListOf(value, isRange);
}

type Guard = (value: unknown) => boolean;

function shaped<T>(fields: Record<string, Guard>): (value: unknown) => value is T {
  return (value): value is T =>
    isFields(value) && Object.entries(fields).every(([name, fits]) => fits(value[name]));
}
