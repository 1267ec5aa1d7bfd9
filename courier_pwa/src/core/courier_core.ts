// The core: storage, network and memory put together.

import { CHANNEL, newLife } from "../channel.ts";
import type * as facade from "../core.ts";
import { localDay } from "../domain/days.ts";
import type { Draft, Item, Position } from "../domain/events.ts";
import { OwedByPoint, type OwedThere } from "../domain/owed.ts";
import type { DayPlan } from "../domain/plan.ts";
import type { Channel, Environment } from "../environment.ts";
import { Drain, NOTHING_TO_DO, type Outcome } from "../net/drain.ts";
import { Loop } from "../net/loop.ts";
import { sendPhotos } from "../net/photos.ts";
import { loadPlan, loadRecord, type Loaded } from "../net/plan.ts";
import { queueFile } from "../net/queue_file.ts";
import { inTurn } from "../net/turn.ts";
import { Database, StorageError } from "../storage/database.ts";
import {
  change,
  hasForgotten,
  installations,
  reconcile,
  setAside,
} from "../storage/installations.ts";
import { contents, unsent, type Contents } from "../storage/queue.ts";
import { neededReadings } from "../storage/readings.ts";
import type { EventRecord, Installation } from "../storage/schema.ts";
import { survivors } from "../storage/survivors.ts";
import { Enrolling } from "./enrolling.ts";
import { NotRecorded } from "./errors.ts";
import { Labels } from "./labels.ts";
import { storedEvent } from "./ledger.ts";
import { State } from "./state.ts";
import { Writing } from "./writing.ts";

const PLAN_IS_OLD_MS = 30 * 60_000;

export class CourierCore extends State implements facade.Core {
  readonly #environment: Environment;
  readonly #database: Database;
  readonly #life: string;
  readonly #labels: Labels;
  readonly #writing: Writing;
  readonly #enrolling: Enrolling;
  readonly #drain: Drain;
  readonly #loop: Loop;
  readonly #channel: Channel | null;
  readonly #stopListening: () => void;
  readonly #photoFailures = new Map<string, number>();
  #sendingPhotos = false;
  #loaded = false;
  #planIsOld = false;
  #owed: { changes: number; plan: DayPlan; byPoint: OwedByPoint } | null = null;

  constructor(environment: Environment) {
    super();
    this.#environment = environment;
    this.#database = new Database(environment);
    this.#life = newLife(environment);
    this.#labels = new Labels(environment);
    this.#writing = new Writing(environment, this.#database, this, this.#life);
    this.#enrolling = new Enrolling(environment, this.#database, () => this.#writing.newId());
    this.#drain = new Drain(environment, this.#database, this.#life, (records) =>
      this.#hear(records),
    );
    this.#loop = new Loop(
      environment,
      () => this.#pass(),
      () => this.waiting.peek() > 0,
      (state) => this.showLoop(state),
    );
    this.#channel = environment.openChannel(CHANNEL);
    this.#channel?.addEventListener("message", () => void this.#hearOthers());
    this.#stopListening = environment.onWake((why) => void this.#loop.wake(why));
  }

  /** Load what is stored, whatever state the store is in, and begin to sync. */
  async start(): Promise<void> {
    await this.#load();
    if (this.current !== undefined) this.#askToPersist();
    void this.#loop.wake("start");
  }

  async enrol(codeOrUrl: string): Promise<facade.Enrolment> {
    await this.#enrolling.enrol(codeOrUrl);
    await this.#enrolled();
    this.#askToPersist();
    void this.#loop.wake("tap");
    return this.enrolment.peek()!;
  }

  async record(draft: Draft): Promise<facade.Recorded> {
    const [record] = await this.#writing.record([draft]);
    this.#recorded();
    return storedEvent(record!);
  }

  async correct(
    scanId: string,
    items: readonly Item[],
    position?: Position,
  ): Promise<{ void: facade.Recorded; scan: facade.Recorded | null }> {
    const [undo, scan] = await this.#writing.correct(scanId, items, position);
    this.#recorded();
    return { void: storedEvent(undo!), scan: scan === undefined ? null : storedEvent(scan) };
  }

  async attachPhoto(eventId: string, photo: Blob): Promise<void> {
    await this.#writing.keepPhoto(eventId, photo);
    this.#recorded();
  }

  async loadPlan(): Promise<Loaded> {
    const { current } = this;
    if (current === undefined) return "no_answer";
    try {
      const { loaded, record } = await loadPlan(this.#environment, this.#database, current);
      if (this.current?.id !== current.id) return "no_answer";
      if (loaded !== "no_answer") this.#planIsOld = false;
      if (loaded === "new") this.#tellOthers();
      this.#usePlan(record);
      return loaded;
    } catch (error) {
      if (error instanceof StorageError) return "no_answer";
      throw error;
    }
  }

  async loadRecord(): Promise<readonly facade.WeekRecord[] | null> {
    const { current } = this;
    return current === undefined ? null : loadRecord(this.#environment, current);
  }

  readLabel(text: string): Promise<facade.LabelRead> {
    return this.#labels.read(text);
  }

  readShortCode(text: string): ReturnType<facade.Core["readShortCode"]> {
    return this.#labels.readShortCode(text);
  }

  owedAt(point: string, date: string): OwedThere {
    const { planRecord } = this;
    if (planRecord === null) return { today: [], older: [] };
    const changes = this.changes.value; // whoever asks within a computed is told of changes
    if (this.#owed?.changes !== changes || this.#owed.plan !== planRecord.plan) {
      const own = this.ledger.unknownTo(planRecord.installation);
      const byPoint = new OwedByPoint(planRecord.plan, own);
      this.#owed = { changes, plan: planRecord.plan, byPoint };
    }
    return this.#owed.byPoint.at(point, date);
  }

  events(day: string): readonly facade.StoredEvent[] {
    void this.changes.value;
    return this.ledger.on(day, this.#timeZone());
  }

  unsent(): readonly facade.StoredEvent[] {
    void this.changes.value;
    return this.ledger.unsent();
  }

  today(): string {
    return localDay(this.#environment.now(), this.#timeZone());
  }

  async saveQueue(installation?: string): Promise<Blob> {
    const waiting = this.queues.peek().find(({ waiting }) => waiting > 0);
    const id = installation ?? this.current?.id ?? waiting?.installation;
    const owner = this.installations.find((each) => each.id === id);
    if (owner === undefined) throw new NotRecorded("not_enrolled");
    const known = this.ledger.all().filter((each) => each.installation === owner.id);
    const events = await unsent(this.#database, owner.id).catch(() =>
      known.filter(({ waiting }) => waiting === 1).map(({ event }) => event),
    );
    const numbers = known.filter(({ waiting }) => waiting === 1).map(({ seq }) => seq);
    const clock = await neededReadings(this.#database, owner.id, numbers).catch(() => []);
    return queueFile(this.#environment, { owner, life: this.#life, clock, events });
  }

  retryNow(): Promise<void> {
    return this.#loop.wake("tap");
  }

  async leave(): Promise<void> {
    await setAside(this.#environment, this.#database);
    await this.#enrolled();
    void this.#loop.wake("tap");
  }

  async acknowledgeLoss(): Promise<void> {
    for (const { id } of this.installations) {
      await change(this.#database, id, ({ emptiedAt: _, ...rest }) => rest);
    }
    await this.#refresh();
  }

  async close(): Promise<void> {
    this.#loop.stop();
    this.#stopListening();
    this.#channel?.close();
    this.#database.close();
  }

  async #load(): Promise<void> {
    try {
      let found = await contents(this.#database);
      if (await reconcile(this.#environment, this.#database, found.installations)) {
        found = await contents(this.#database);
      }
      this.#showContents(found);
      this.#loaded = true;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.showSurvivors(survivors(this.#environment));
    }
  }

  /** Another tab, or the service worker, has changed something. */
  async #hearOthers(): Promise<void> {
    await this.#refresh();
    this.#loop.look();
  }

  /** Show what the store holds now. */
  async #refresh(): Promise<void> {
    try {
      let before: number;
      let found: Contents;
      do {
        before = this.applied;
        found = await contents(this.#database);
      } while (before !== this.applied); // recorded or acknowledged meanwhile
      this.#showContents(found);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
    }
  }

  #showContents(found: Contents): void {
    this.showContents(found);
    this.#usePlan(found.plan);
  }

  #usePlan(record: Parameters<State["showPlan"]>[0]): void {
    this.#labels.use(record?.plan ?? null);
    this.showPlan(record);
  }

  /** Who is enrolled has changed. */
  async #enrolled(): Promise<void> {
    await this.#refresh();
    this.#tellOthers();
  }

  #recorded(): void {
    this.#tellOthers();
    void this.#environment.askForSync().catch(() => undefined);
    void this.#loop.wake("record");
  }

  /** What the service said of records is stored. */
  #hear(records: readonly EventRecord[]): void {
    this.apply(records);
    // The plan takes off what other installations have delivered: it has just become more.
    const others = records.some(({ installation }) => installation !== this.current?.id);
    if (others) this.#planIsOld = true;
  }

  async #pass(): Promise<Outcome | null> {
    if (!this.#loaded) await this.#load();
    if (!this.#loaded) return { ...NOTHING_TO_DO, trouble: "storage" };
    try {
      if (await hasForgotten(this.#environment, this.#database)) {
        const known = await installations(this.#database);
        await reconcile(this.#environment, this.#database, known);
        await this.#writing.rescue();
      }
      if (this.#writing.unsure) {
        this.#writing.unsure = false;
        await this.#refresh();
      }
      if (await this.#enrolling.resume(this.current)) await this.#enrolled();
      const outcome = await inTurn(this.#environment, this.#database, (keepAlive) =>
        this.#deliver(keepAlive),
      );
      this.showInstallations(await installations(this.#database));
      // Delivered without a word to this tab: by one that was closed, or in an answer stored late.
      if (outcome?.left === "none" && this.waiting.peek() > 0) await this.#refresh();
      if (outcome?.answered && this.#wantsPlan()) await this.loadPlan();
      return outcome;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      return { ...NOTHING_TO_DO, trouble: "storage", left: "tried" };
    }
  }

  async #deliver(keepAlive: () => Promise<void>): Promise<Outcome> {
    const outcome = await this.#drain.run(keepAlive);
    if (outcome.answered) {
      void this.#sendPhotos();
      this.#tellOthers();
    }
    return outcome;
  }

  /** Beside the passes: a photo may take a minute, and events recorded meanwhile do not wait for it. */
  async #sendPhotos(): Promise<void> {
    if (this.#sendingPhotos) return;
    this.#sendingPhotos = true;
    try {
      await sendPhotos(this.#environment, this.#database, this.#photoFailures);
    } catch (error) {
      if (!(error instanceof StorageError)) console.error(error); // they are tried again next time
    } finally {
      this.#sendingPhotos = false;
    }
  }

  #wantsPlan(): boolean {
    const age = this.#environment.now() - (this.planRecord?.fetched ?? -Infinity);
    return this.#planIsOld || !(age >= 0 && age < PLAN_IS_OLD_MS);
  }

  #askToPersist(): void {
    void this.#environment.persist().catch(() => false);
  }

  #tellOthers(): void {
    this.#channel?.postMessage("changed");
  }

  #timeZone(): string {
    return (this.current as Installation | undefined)?.branch.timezone ?? "Asia/Shanghai";
  }
}
