// Events, format 1 (docs/sync-protocol.md, "Events"): what a courier did, never changed afterwards.

export const FORMAT = 1;
export const LONGEST_TEXT = 200;
export const MOST_COPIES = 100_000;
const MOST_ITEMS = 1_000;
const LEAST_EXACT_M = 100_000;

export interface Position {
  readonly lat: number;
  readonly lon: number;
  readonly accuracy_m?: number;
}

/** Copies of one issue: `date` is the day of publication, local to the branch. */
export interface Item {
  readonly title: string;
  readonly date: string;
  readonly copies: number;
}

export type AttemptReason =
  | "road_closed"
  | "nobody_there"
  | "paper_missing"
  | "label_unreadable"
  | "point_moved"
  | "other";

export interface ScanDraft {
  readonly kind: "scan";
  readonly method: "camera" | "manual";
  readonly label?: string;
  readonly code?: string;
  readonly point?: string;
  readonly items: readonly Item[];
}

export interface VoidDraft {
  readonly kind: "void";
  readonly scan: string;
  readonly reason?: string;
}

export interface AttemptDraft {
  readonly kind: "attempt";
  readonly point: string;
  readonly reason: AttemptReason;
  readonly note?: string;
  readonly label?: string;
  readonly code?: string;
  readonly photo?: true;
}

export interface ArrivalDraft {
  readonly kind: "arrival";
  readonly office: string;
  readonly title: string;
  readonly date: string;
}

export interface RoundDraft {
  readonly kind: "round_started" | "round_finished";
  readonly route: string;
  readonly date: string;
}

/** What the screens hand over: an event without what recording gives it. */
export type Draft = (ScanDraft | VoidDraft | AttemptDraft | ArrivalDraft | RoundDraft) & {
  readonly position?: Position;
};

/** What recording adds: identity, number, and what the device's clocks showed. */
export interface Stamp {
  readonly id: string;
  readonly seq: number;
  readonly format: number;
  readonly at: string;
  readonly mono: number;
  readonly life: string;
}

/** An event as it is stored and sent. */
export type CourierEvent = Stamp & Draft;

/** Return the event of a draft: its fields and nothing else, texts cut to what the service takes. */
export function eventOf(stamp: Stamp, draft: Draft): CourierEvent {
  const fields = Object.entries({ ...draft, position: exactEnough(draft.position) })
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => [name, typeof value === "string" ? cut(value) : value]);
  return { ...(Object.fromEntries(fields) as Draft), ...stamp };
}

/** Return what the service would hold the draft for; null when nothing is wrong with it. */
export function faultOf(draft: Draft): string | null {
  if (draft.kind !== "scan") return null;
  const named = draft.items.map((item) => `${item.title}\n${item.date}`);
  if (named.length > MOST_ITEMS) return `at most ${MOST_ITEMS} issues`;
  if (new Set(named).size < named.length) return "an issue is named twice";
  const counts = draft.items.every(
    ({ copies }) => Number.isInteger(copies) && copies >= 1 && copies <= MOST_COPIES,
  );
  return counts ? null : `copies are 1 to ${MOST_COPIES}`;
}

/** A position that the service would not take must not hold the event that it came with. */
function exactEnough(position: Position | undefined): Position | undefined {
  if (position === undefined) return undefined;
  const { lat, lon, accuracy_m } = position;
  const there = Math.abs(lat) <= 90 && Math.abs(lon) <= 180; // false for NaN
  if (!there || (accuracy_m !== undefined && !(accuracy_m <= LEAST_EXACT_M))) return undefined;
  return { lat, lon, ...(accuracy_m !== undefined && { accuracy_m: Math.max(0, accuracy_m) }) };
}

function cut(text: string): string {
  // By characters, as the service counts: half a surrogate pair would not be text.
  return text.length <= LONGEST_TEXT ? text : [...text].slice(0, LONGEST_TEXT).join("");
}
