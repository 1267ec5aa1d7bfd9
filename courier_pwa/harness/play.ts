/** Plays one schedule against the service and reports what the app said. */
import type { Core, Draft, Recorded } from "../src/core.ts";
import { Air, FAIR } from "./network.ts";
import { type LoadApp, Phone, type Tab } from "./phone.ts";
import type { PhoneReport, PhoneStep, Report, Schedule, ServiceStep, Step, Told } from "./schedule.ts";
import { World } from "./world.ts";

/** Asks the test for what only it can do: enrolment codes, kills, backups. */
export type Control = (question: Record<string, unknown>) => Promise<Record<string, unknown>>;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
/** What the app allows itself for an answer, with a little for what runs after it. */
const RECORDED_WITHIN = 3.5 * SECOND;
const LONGEST_BACKOFF = 5 * MINUTE;

class Player {
  readonly world: World;
  readonly air: Air;
  readonly phones: Phone[];
  readonly report: Report;
  private readonly schedule: Schedule;
  private readonly control: Control;
  private readonly revoked: boolean[];
  private readonly emptied: boolean[];
  private readonly recorded = new Map<string, Recorded>();
  private readonly underWay: Promise<void>[] = [];

  constructor(schedule: Schedule, port: number, load: LoadApp, control: Control) {
    this.schedule = schedule;
    this.control = control;
    this.world = new World(schedule.start);
    (globalThis as { setImmediate: unknown }).setImmediate = (run: () => void) =>
      this.world.immediate(run);
    this.air = new Air(this.world, port, schedule.plans);
    this.phones = schedule.phones.map(
      ({ skew, twin }, index) =>
        new Phone(this.world, this.air, load, schedule.seed * 16 + index, twin, skew),
    );
    this.revoked = this.phones.map(() => false);
    this.emptied = this.phones.map(() => false);
    const { seed } = schedule;
    this.report = { seed, told: [], shown: [], phones: [], complaints: [], log: [] };
  }

  async play(): Promise<Report> {
    for (const step of this.schedule.steps) {
      const at = this.schedule.start + step.at;
      // At the same instant nothing is waited for: steps of two tabs run into one another.
      if (at > this.world.now) await this.world.until(at);
      const done = step.do === "service" ? this.service(step) : this.step(step);
      this.underWay.push(done);
      if (step.together !== true) await this.finish();
    }
    await this.finish();
    await this.heal();
    return this.report;
  }

  private async finish(): Promise<void> {
    const all = Promise.all(this.underWay.splice(0));
    if ((await this.world.await(all, 10 * MINUTE)) === "pending") {
      this.report.complaints.push(`hangs at ${this.world.now - this.schedule.start}`);
    }
  }

  private async service(step: ServiceStep): Promise<void> {
    const { at: _at, do: _do, together: _together, ...question } = step;
    if (question.what === "kill at sync") {
      this.air.onSync = () => {
        this.air.onSync = null;
        void this.world.real(this.control({ ...question, now: this.world.now }));
      };
      return;
    }
    await this.world.real(this.control({ ...question, now: this.world.now }));
  }

  private async step(step: PhoneStep): Promise<void> {
    const phone = this.phones[step.phone] as Phone;
    if ("tab" in step) return this.inTab(phone, step);
    switch (step.do) {
      case "revoke":
        this.revoked[step.phone] = true;
        await this.revoke(phone);
        return;
      case "battery":
        return phone.losePower();
      case "empty":
        this.emptied[step.phone] = true;
        return phone.disk.empty();
      case "online":
        return phone.tell("online");
      case "heal":
        return phone.disk.heal();
      case "jump":
        phone.skew += step.by;
        return;
      case "sleep":
        return phone.sleep(step.by);
      case "chance":
        phone.skew = 0;
        return phone.reseed(step.seed);
      case "weather":
        phone.network.weather = { ...FAIR, ...step.weather };
        return;
      case "storage":
        phone.disk.fault = step.fault;
        return;
      case "disconnect":
        return phone.disk.close(step.told);
    }
  }

  private async inTab(phone: Phone, step: Extract<PhoneStep, { tab: string }>): Promise<void> {
    phone.wake();
    if (step.do === "kill") return phone.kill(step.tab);
    const tab = phone.tabs.get(step.tab) ?? phone.open(step.tab);
    if (step.do === "open") return;
    const core = await this.core(tab);
    if (core === null) return;
    switch (step.do) {
      case "close":
        await this.patiently(core.close());
        phone.kill(step.tab);
        return;
      case "look":
        this.look(step.phone, core);
        return;
      case "tap":
        await this.patiently(core.retryNow());
        return;
      case "enrol":
        return this.enrol(step.phone, core, step.courier);
      case "leave":
        await this.patiently(core.leave());
        return;
      case "photo":
        return;
      case "record":
        await this.record(step.phone, tab, core, step.name, () => core.record(step.draft as Draft));
        return;
      case "void":
      case "correct":
        return this.undo(step.phone, tab, core, step);
    }
  }

  private async core(tab: Tab): Promise<Core | null> {
    const core = await this.patiently(tab.core);
    if (core === null && !tab.dead) this.report.complaints.push("the app does not open");
    return core;
  }

  /** The result, or null where it failed or nothing came of it in a while. */
  private async patiently<Result>(work: Promise<Result>): Promise<Result | null> {
    const late = new Promise<null>((resolve) => void this.world.later(2 * MINUTE, () => resolve(null)));
    return Promise.race([work.catch(() => null), late]);
  }

  private async record(
    phone: number,
    tab: Tab,
    core: Core,
    name: string,
    recording: () => Promise<Recorded>,
  ): Promise<void> {
    // Whoever the app says has the phone.
    const courier = core.enrolment.value?.courier.code ?? null;
    for (let tries = 0; tries < 3; tries += 1) {
      const from = this.world.now;
      const told = { name, phone, courier, from };
      const outcome = await this.outcome(recording());
      const to = this.world.now;
      if (outcome === "silent") {
        this.report.told.push({ ...told, to, outcome: tab.dead ? "killed" : "silent" });
        return;
      }
      if ("id" in outcome) {
        this.note(told, outcome, to);
        return;
      }
      this.report.told.push({ ...told, to, outcome: "refused", reason: outcome.reason });
      if (FINAL.has(outcome.reason)) return;
      await this.world.sleep(4 * SECOND);
    }
  }

  private note(told: Omit<Told, "outcome" | "to">, found: Recorded, to: number): void {
    const { installation, id, seq } = found;
    this.recorded.set(told.name, found);
    this.report.told.push({ ...told, to, outcome: "recorded", installation, id, seq });
  }

  private async outcome(
    work: Promise<Recorded>,
  ): Promise<Recorded | { reason: string } | "silent"> {
    const late = new Promise<"silent">(
      (resolve) => void this.world.later(RECORDED_WITHIN, () => resolve("silent")),
    );
    const refused = (error: unknown): { reason: string } => {
      const { name, reason, message } = error as { name: string; reason?: string; message: string };
      if (name !== "NotRecorded") this.report.complaints.push(`record throws ${name}: ${message}`);
      return { reason: reason ?? name };
    };
    return Promise.race([work.catch(refused), late]);
  }

  private async undo(
    phone: number,
    tab: Tab,
    core: Core,
    step: Extract<PhoneStep, { of: string }>,
  ): Promise<void> {
    const scan = this.recorded.get(step.of);
    if (scan === undefined) return;
    if (step.do === "void") {
      await this.record(phone, tab, core, step.name, () => core.record({ kind: "void", scan: scan.id }));
      return;
    }
    const from = this.world.now;
    const courier = core.enrolment.value?.courier.code ?? null;
    await this.record(phone, tab, core, step.name, async () => {
      const both = await core.correct(scan.id, step.items);
      if (both.scan !== null) {
        this.note({ name: `${step.name}+`, phone, courier, from }, both.scan, this.world.now);
      }
      return both.void;
    });
  }

  private look(phone: number, core: Core): void {
    const ids: string[] = [];
    for (let day = -3; day <= 4; day += 1) {
      const date = new Date(this.world.now + day * DAY).toISOString().slice(0, 10);
      ids.push(...core.events(date).map((event) => event.id));
    }
    this.report.shown.push({ phone, ids });
  }

  private async enrol(phone: number, core: Core, courier: string): Promise<void> {
    const { code } = await this.world.real(
      this.control({ what: "enrolment", courier, now: this.world.now }),
    );
    for (let tries = 0; tries < 5; tries += 1) {
      try {
        await core.enrol(String(code));
        this.revoked[phone] = false;
        return;
      } catch (error) {
        const { name, reason } = error as { name: string; reason?: string };
        this.report.log.push(`enrol: ${name} ${reason ?? String(error)}`);
        if (name !== "NotEnrolled") this.report.complaints.push(`enrol throws ${String(error)}`);
      }
      await this.world.sleep(20 * SECOND);
    }
  }

  private async revoke(phone: Phone): Promise<void> {
    const tab = phone.tabs.values().next().value ?? phone.open("main");
    const core = await this.core(tab);
    const installation = core?.enrolment.value?.installation;
    if (installation === undefined) return;
    await this.world.real(
      this.control({ what: "revoke", installation, now: this.world.now }),
    );
  }

  /** The network is back, the storage well, the app open: nobody taps, nobody scans. */
  private async heal(): Promise<void> {
    // The app is open, and at its backoff, when things get well: no tap, no event need tell it.
    for (const phone of this.phones) {
      phone.wake();
      if (phone.tabs.size === 0) phone.open("main");
    }
    await this.world.until(this.world.now + this.schedule.waits);
    await this.world.real(this.control({ what: "heal", now: this.world.now }));
    this.air.onSync = null;
    for (const phone of this.phones) {
      phone.network.weather = FAIR;
      phone.disk.heal();
    }
    const cores: (Core | null)[] = [];
    for (const [index, phone] of this.phones.entries()) {
      const tab = phone.tabs.values().next().value as Tab;
      const core = await this.world.await(this.core(tab), 3 * MINUTE);
      cores.push(core === "pending" ? null : core);
      const heir = this.schedule.heirs[index];
      if (core === null || core === "pending" || this.revoked[index] !== true) continue;
      await this.world.await(this.enrol(index, core, heir as string), 5 * MINUTE);
    }
    const healed = this.world.now;
    const empty = await this.watch(cores, healed);
    for (const [index, core] of cores.entries()) {
      if (core !== null) this.look(index, core);
      this.report.phones.push(this.final(index, core, empty[index] ?? null));
    }
    // Whatever is still on its way gets there, long after the phones are switched off.
    for (const phone of this.phones) phone.losePower();
    await this.world.until(this.world.now + 2 * DAY);
  }

  private async watch(cores: (Core | null)[], healed: number): Promise<(number | null)[]> {
    const empty: (number | null)[] = cores.map(() => null);
    let calm = 0;
    const enough = this.schedule.restored ? Infinity : 4;
    while (this.world.now - healed < 2 * LONGEST_BACKOFF && calm < enough) {
      await this.world.until(this.world.now + 5 * SECOND);
      calm = cores.every((core) => core?.waiting.value === 0) ? calm + 1 : 0;
      for (const [index, core] of cores.entries()) {
        if (core !== null && core.waiting.value > 0) empty[index] = null;
        else empty[index] ??= this.world.now - healed;
      }
    }
    return empty;
  }

  private final(index: number, core: Core | null, emptyAfter: number | null): PhoneReport {
    this.report.log.push(...(this.phones[index] as Phone).network.log.slice(-200));
    return {
      waiting: core?.waiting.value ?? -1,
      emptyAfter,
      queues: core?.queues.value,
      held: core?.held.value,
      lost: core?.lost.value,
      unreadable: core?.unreadable.value ?? -1,
      enrolment: core?.enrolment.value,
      syncState: core?.syncState.value,
      emptied: this.emptied[index] === true,
    };
  }
}

/** Refusals that trying again does not mend. */
const FINAL = new Set(["not_enrolled", "invalid", "unknown_scan"]);

export async function play(
  schedule: Schedule,
  port: number,
  load: LoadApp,
  control: Control,
): Promise<Report> {
  return new Player(schedule, port, load, control).play();
}

export type { Step };
