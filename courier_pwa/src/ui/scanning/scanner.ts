// From a text that was read to an event that is recorded. Nobody waits, nobody taps: the scan is
// written at the moment of the read with everything owed; what is not true of it is taken back after.

import { signal } from "@preact/signals-core";

import type { Core, DayPlan, Item, LabelRead, PlanPoint, Position, ScanDraft } from "../../core.ts";
import type { Cue } from "../../sound.ts";
import { isOf, labelOf, type Card } from "./cards.ts";
import { differs, itemsOf, linesOf, withAtLeast, type Line } from "./lines.ts";
import { createSightings } from "./sightings.ts";

/** Words for a moment: not ours, seen already, an enrolment code. */
export type Hint = "foreign" | "again" | "enrolment";

export interface Tools {
  readonly core: Pick<
    Core,
    "record" | "correct" | "readLabel" | "owedAt" | "events" | "today" | "plan"
  >;
  readonly cue: (cue: Cue) => void;
  readonly position: () => Position | undefined;
  /** Monotonic milliseconds. */
  readonly mono: () => number;
  readonly after: (callback: () => void, milliseconds: number) => void;
}

// Taps follow one another; a correction of each would be a void and a scan of each.
const CHANGE_AFTER_MS = 700;
const HINT_MS = 3_000;

/** Turns reads into scans; one for the life of the app, so that a failed write is not forgotten. */
export class Scanner {
  /** The scan that is shown: the latest. */
  readonly card = signal<Card | null>(null);
  /** Scans and changes of scans that could not be written. */
  readonly failed = signal<readonly Card[]>([]);
  readonly hint = signal<Hint | null>(null);

  readonly #tools: Tools;
  #sightings = createSightings();
  #turn: Promise<unknown> = Promise.resolve();
  #reads = new Map<string, Promise<LabelRead>>();
  #readFor: DayPlan | null = null;
  #cards = 0;
  #hints = 0;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /** A text is in the camera's view. Resolves once what follows from it is done. */
  async saw(text: string): Promise<void> {
    const read = await this.recognize(text);
    const key = read.kind === "label" ? read.token : text;
    const sight = this.#sightings.see(key, this.#tools.mono());
    if (sight === "still") return;
    if (read.kind !== "label") return this.#say(read.kind, "foreign");
    if (sight === "again") return this.#say("again", "again");
    await this.#inTurn(async () => {
      await this.#keep();
      this.hint.value = null;
      const by = { method: "camera", label: read.token } as const;
      await this.#write(this.#fresh(by, read.point, read.retired));
    });
  }

  /** What a text is to us; remembered, since a label is read many times while it is in view. */
  recognize(text: string): Promise<LabelRead> {
    const { core } = this.#tools;
    if (this.#readFor !== core.plan.value || this.#reads.size > 200) this.#reads.clear();
    this.#readFor = core.plan.value;
    const read = this.#reads.get(text) ?? core.readLabel(text);
    this.#reads.set(text, read);
    return read;
  }

  /** Record a delivery by a typed short code, or at a chosen stop; tells whether it is recorded. */
  typed(code: string | null, point: PlanPoint | null): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.#keep();
      const by = { method: "manual", ...(code !== null && { code }) } as const;
      return this.#write(this.#fresh(by, point, false));
    });
  }

  /** Write what could not be written, oldest first, until one fails again. */
  retry(): Promise<void> {
    return this.#inTurn(async () => {
      for (const each of this.failed.value) {
        const written = each.scan ? await this.#correct(each, each.lines) : await this.#write(each);
        if (!written) return;
      }
    });
  }

  /** Take over what the courier says was handed over; it is written when the tapping ends. */
  change(lines: readonly Line[]): void {
    const card = this.card.value;
    if (card?.state !== "recorded") return;
    this.card.value = { ...card, lines, change: "waiting" };
    this.#tools.after(() => {
      if (this.card.value?.lines === lines) void this.keepChange();
    }, CHANGE_AFTER_MS);
  }

  /** Write a waiting change now: the next label is read, or the page is left. */
  keepChange(): Promise<void> {
    return this.#inTurn(() => this.#keep());
  }

  /** Take the scan that is shown back. */
  async undo(): Promise<void> {
    const { key } = this.card.value ?? {};
    await this.#inTurn(async () => {
      const card = this.card.value;
      if (card?.key !== key || card?.state !== "recorded") return;
      const none = card.lines.map((line) => ({ ...line, copies: 0 }));
      await this.#correct(card, none);
    });
  }

  /** Record the scan that is shown once more, after it was taken back. */
  async redo(): Promise<void> {
    await this.#inTurn(async () => {
      const card = this.card.value;
      if (card?.state !== "undone") return;
      await this.#write(this.#fresh(namedBy(card), card.point, card.retired));
    });
  }

  /** Say at which stop the unknown label is that was just scanned. */
  async assign(point: PlanPoint): Promise<void> {
    await this.#inTurn(async () => {
      await this.#keep();
      const card = this.card.value;
      if (!card?.scan || card.state !== "recorded" || card.point) return;
      // First the new scan, then the void: at no moment is there none.
      const added = itemsOf(card.lines);
      if (!(await this.#write(this.#fresh(namedBy(card), point, card.retired, added)))) return;
      await this.#tools.core.correct(card.scan.id, []).catch(() => this.#tools.cue("failed"));
    });
  }

  /** Another courier has the phone: what the one before saw or failed to write is not theirs. */
  forget(): void {
    this.#sightings = createSightings();
    this.#cards += 1;
    this.card.value = null;
    this.failed.value = [];
    this.hint.value = null;
  }

  /**
   * Do one thing after the other: what a point is owed, and what may still be taken back, is known
   * only when what was begun before is written or has failed.
   */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #keep(): Promise<void> {
    for (;;) {
      const card = this.card.value;
      if (!card?.scan || card.change === "none") return;
      if (!differs(itemsOf(card.lines), card.scan)) {
        return this.#update(card.key, { change: "none" });
      }
      // Tapped again while it was written: once more. Whatever failed is listed.
      if (!(await this.#correct(card, card.lines))) return;
    }
  }

  async #write(card: Card): Promise<boolean> {
    const { core, cue } = this.#tools;
    // The very draft that failed before: should it have been written after all, it stays one scan.
    const before = this.failed.value.find((each) => !each.scan && isOf(each, card));
    const draft = before?.draft ?? card.draft;
    this.card.value = { ...card, draft, state: "writing" };
    try {
      const scan = await core.record(draft);
      this.#forgive(card);
      this.#update(card.key, { state: "recorded", scan });
      cue("recorded");
      return true;
    } catch {
      this.#forgive(card);
      this.failed.value = [...this.failed.value, { ...card, draft, state: "failed" }];
      this.#update(card.key, { state: "failed" });
      this.#sightings.release(labelOf(card.draft));
      cue("failed");
      return false;
    }
  }

  async #correct(card: Card, lines: readonly Line[]): Promise<boolean> {
    const { core, cue, position } = this.#tools;
    this.#update(card.key, { change: "waiting" });
    if (this.#isVoided(card)) return this.#undone(card);
    try {
      const { scan } = await core.correct(card.scan!.id, itemsOf(lines), position());
      this.failed.value = this.failed.value.filter(({ key }) => key !== card.key);
      if (!scan) this.#sightings.release(labelOf(card.draft));
      // A tap while it was written waits for its own turn.
      const settled = this.card.value?.lines === card.lines;
      const change = settled ? "none" : "waiting";
      this.#update(card.key, { scan, change, state: scan ? "recorded" : "undone" });
      return true;
    } catch {
      const others = this.failed.value.filter(({ key }) => key !== card.key);
      this.failed.value = [...others, { ...card, lines, change: "failed" }];
      this.#update(card.key, { change: "failed" });
      cue("failed");
      return false;
    }
  }

  /** Tell whether the scan was taken back elsewhere: on the stop's page, in another tab. */
  #isVoided({ scan }: Card): boolean {
    const { core } = this.#tools;
    const known = core.events(core.today()).find(({ id }) => id === scan?.id);
    return known?.voidedBy !== undefined;
  }

  #undone(card: Card): true {
    this.failed.value = this.failed.value.filter(({ key }) => key !== card.key);
    this.#sightings.release(labelOf(card.draft));
    this.#update(card.key, { scan: null, change: "none", state: "undone" });
    return true;
  }

  #fresh(
    by: Pick<ScanDraft, "method" | "label" | "code">,
    point: PlanPoint | null,
    retired: boolean,
    added: readonly Item[] = [],
  ): Card {
    const { core, position } = this.#tools;
    const owed = point ? linesOf(core.owedAt(point.code, core.today())) : [];
    // What the courier has entered is right where it is owed too: the larger number stands.
    const lines = added.reduce(withAtLeast, owed);
    const here = position();
    const draft: Card["draft"] = {
      kind: "scan",
      ...by,
      ...(point && { point: point.code }),
      items: itemsOf(lines),
      ...(here && { position: here }),
    };
    this.#cards += 1;
    const written = { state: "writing", scan: null, change: "none" } as const;
    return { key: this.#cards, draft, point, retired, lines, ...written };
  }

  /** Change the card that is shown, if it is still that one. */
  #update(key: number, change: Partial<Card>): void {
    if (this.card.value?.key === key) this.card.value = { ...this.card.value, ...change };
  }

  #forgive(card: Card): void {
    this.failed.value = this.failed.value.filter((each) => each.scan || !isOf(each, card));
  }

  #say(hint: Hint, cue: Cue): void {
    const mine = ++this.#hints;
    this.hint.value = hint;
    this.#tools.cue(cue);
    this.#tools.after(() => {
      if (this.#hints === mine) this.hint.value = null;
    }, HINT_MS);
  }
}

/** How the scan of a card names its point, without the stop that the plan or the courier chose. */
function namedBy({ draft: { method, label, code } }: Card): Pick<ScanDraft, "method" | "label" | "code"> {
  return { method, ...(label && { label }), ...(code && { code }) };
}
