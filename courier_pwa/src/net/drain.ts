// One pass over the queues of this phone: each installation's events, in batches, until none waits.

import type { SyncAnswer } from "../domain/answers.ts";
import { Batches } from "../domain/batches.ts";
import type { Environment } from "../environment.ts";
import { StorageError, type Database } from "../storage/database.ts";
import { change, installations } from "../storage/installations.ts";
import { sendable, waitingNumbersOf } from "../storage/queue.ts";
import { neededReadings } from "../storage/readings.ts";
import type { EventRecord } from "../storage/schema.ts";
import { forget, settle } from "../storage/settling.ts";
import { Clock } from "./clock.ts";
import { Pass, type Asked, type Trouble } from "./pass.ts";
import { ask, refusal, type Reply } from "./request.ts";
import { requestRestoring } from "./tokens.ts";

/** How long one pass goes on before it lets others have their turn. */
const TURN_MS = 45_000;
const FORGET_EVERY_MS = 6 * 60 * 60_000;
/** An older installation without anything to deliver is asked about this often at most. */
const ASK_EVERY_MS = 4 * 60_000;

export interface Outcome {
  /** The first trouble, the current installation's before others'; null for none. */
  readonly trouble: Trouble | null;
  readonly retryAfter: number | null;
  /** Events that still wait: `untried` where only the time of this pass was up. */
  readonly left: "none" | "tried" | "untried";
  /** Whether the service answered at all. */
  readonly answered: boolean;
}

/** What stopped a pass over one installation. */
interface Stop {
  readonly trouble: Trouble | null;
  readonly retryAfter: number | null;
  readonly left: Outcome["left"];
}

const NOTHING: Stop = { trouble: null, retryAfter: null, left: "none" };
export const NOTHING_TO_DO: Outcome = { ...NOTHING, answered: false };

export class Drain {
  readonly #environment: Environment;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #changed: (records: readonly EventRecord[]) => void;
  readonly #batches = new Map<string, Batches>();
  readonly #forgotten = new Map<string, number>();
  readonly #asked = new Map<string, number>();

  /** `changed` hears of records as soon as the service's word on them is stored. */
  constructor(
    environment: Environment,
    database: Database,
    life: string,
    changed: (records: readonly EventRecord[]) => void,
  ) {
    this.#environment = environment;
    this.#database = database;
    this.#clock = new Clock(environment, database, life);
    this.#changed = changed;
  }

  /** Deliver what waits and ask what the service holds, for every installation in turn. */
  async run(keepAlive: () => Promise<void>): Promise<Outcome> {
    const ends = this.#environment.mono() + TURN_MS;
    let answered = false;
    let stops: Stop[] = [];
    try {
      const all = await installations(this.#database);
      const current = all.find((each) => each.current);
      all.sort((one, other) => Number(other.current) - Number(one.current));
      for (const each of all) {
        const pass = new Pass(each, current, this.#batchesOf(each.id));
        const stop = await this.#drain(pass, ends, keepAlive);
        stops.push(stop);
        answered ||= pass.answered;
      }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      stops = [{ trouble: "storage", retryAfter: null, left: "tried" }];
    }
    const first = stops.find(({ trouble }) => trouble !== null);
    const leftBy = (one: Outcome["left"]): boolean => stops.some(({ left }) => left === one);
    const left = leftBy("untried") ? "untried" : leftBy("tried") ? "tried" : "none";
    return {
      trouble: first?.trouble ?? null,
      retryAfter: first?.retryAfter ?? null,
      left,
      answered,
    };
  }

  async #drain(pass: Pass, ends: number, keepAlive: () => Promise<void>): Promise<Stop> {
    const { id } = pass.installation;
    for (;;) {
      await keepAlive();
      const waiting = await waitingNumbersOf(this.#database, id);
      const open = waiting.filter((seq) => !pass.tried.has(seq));
      const timeIsUp = this.#environment.mono() > ends;
      if (pass.answered && (open.length === 0 || timeIsUp)) {
        const left = open.length > 0 ? "untried" : waiting.length > 0 ? "tried" : "none";
        return { trouble: null, retryAfter: null, left };
      }
      if (waiting.length === 0 && this.#wasAsked(pass)) return NOTHING;
      const ready = await this.#clock.readyFor(id, open);
      const stop = ready.trouble ?? (await this.#sendOf(pass, open, ready.upTo, waiting.length));
      if (stop !== null) return { ...stop, left: waiting.length > 0 ? "tried" : "none" };
    }
  }

  /** Send some of these numbers, none above `upTo`; null when the next may follow. */
  async #sendOf(
    pass: Pass,
    numbers: readonly number[],
    upTo: number,
    waiting: number,
  ): Promise<Omit<Stop, "left"> | null> {
    const { id } = pass.installation;
    const batch = pass.batches.choose(numbers.filter((seq) => seq <= upTo));
    for (const seq of batch) pass.tried.add(seq);
    const known = (await installations(this.#database)).find((each) => each.id === id);
    const events = await sendable(this.#database, id, batch);
    const asked: Asked = { events, highest: known?.highest ?? pass.installation.highest };
    const reply = await this.#request(pass, asked, waiting);
    const answer = pass.read(reply, asked);
    if (answer === null) return this.#understand(pass, asked, reply);
    await this.#settle(pass, asked, answer);
    pass.succeeded(asked);
    return null;
  }

  /** Decide what follows a reply that is not the answer; null: go on at once. */
  async #understand(
    pass: Pass,
    asked: Asked,
    reply: Reply | null,
  ): Promise<Omit<Stop, "left"> | null> {
    const code = reply && refusal(reply);
    if (code === "unknown_token" || code === "revoked_token" || code === "foreign_installation") {
      pass.again(asked);
      return this.#refused(pass, code);
    }
    // Too large, or something in it that is not liked: smaller batches come through, or tell which.
    const aboutBatch = reply?.status === 413 || code === "wrong_question";
    if (pass.failed(asked, aboutBatch)) return null;
    const busy = reply?.status === 429 || reply?.status === 503;
    const trouble = busy ? "busy" : code === null ? "no_answer" : "refused";
    return { trouble, retryAfter: reply?.retryAfter ?? null };
  }

  async #refused(
    pass: Pass,
    code: "unknown_token" | "revoked_token" | "foreign_installation",
  ): Promise<Omit<Stop, "left"> | null> {
    const { bearer } = pass.way;
    if (code === "unknown_token" && pass.mayRestore()) {
      const word = await requestRestoring(this.#environment, bearer);
      if (word === "known") return null;
      if (word !== "unknown_token") return { trouble: "no_answer", retryAfter: null };
    }
    if (code !== "foreign_installation") {
      await change(this.#database, bearer.id, (known) => ({ ...known, refused: code }));
    }
    if (pass.nextWay()) return null;
    return { trouble: pass.installation.current ? "enrol_again" : "refused", retryAfter: null };
  }

  async #request(pass: Pass, asked: Asked, waiting: number): Promise<Reply | null> {
    const { way } = pass;
    const { id } = pass.installation;
    const numbers = asked.events.map(({ seq }) => seq);
    const clock = await neededReadings(this.#database, id, numbers);
    const { at, mono, life } = this.#clock.moment();
    return ask(this.#environment, "sync", {
      method: "POST",
      token: way.bearer.token,
      json: {
        installation: id,
        ...(way.own === undefined ? {} : { installation_token: way.own }),
        app_version: this.#environment.appVersion,
        sent: { at: new Date(at).toISOString(), mono, life },
        highest: asked.highest,
        waiting,
        clock,
        events: asked.events.map(({ event }) => event),
      },
    });
  }

  async #settle(pass: Pass, { highest }: Asked, answer: SyncAnswer): Promise<void> {
    const { id } = pass.installation;
    const itself = pass.way.bearer.id === id;
    const changed = await settle(this.#database, { id, highest, itself }, answer);
    this.#changed(changed);
    const now = this.#environment.mono();
    this.#asked.set(id, now);
    if (now - (this.#forgotten.get(id) ?? -Infinity) < FORGET_EVERY_MS) return;
    await forget(this.#database, id, answer);
    this.#forgotten.set(id, now);
  }

  #wasAsked({ installation: { id, current } }: Pass): boolean {
    const since = this.#environment.mono() - (this.#asked.get(id) ?? -Infinity);
    return !current && since < ASK_EVERY_MS;
  }

  #batchesOf(id: string): Batches {
    const batches = this.#batches.get(id) ?? new Batches();
    this.#batches.set(id, batches);
    return batches;
  }
}
