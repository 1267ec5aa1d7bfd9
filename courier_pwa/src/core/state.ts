// What the core knows at the moment, as signals.

import { batch, signal } from "@preact/signals-core";

import type * as facade from "../core.ts";
import type { DayPlan } from "../domain/plan.ts";
import type { LoopState } from "../net/loop.ts";
import type { Contents } from "../storage/queue.ts";
import type { EventRecord, Identity, Installation, PlanRecord } from "../storage/schema.ts";
import { Ledger } from "./ledger.ts";

export class State {
  readonly ledger = new Ledger();
  readonly plan = signal<DayPlan | null>(null);
  readonly waiting = signal(0);
  readonly queues = signal<readonly facade.Queue[]>([]);
  readonly held = signal<readonly facade.Held[]>([]);
  readonly lost = signal<readonly facade.Lost[]>([]);
  readonly enrolment = signal<facade.Enrolment | null>(null);
  readonly storage = signal<facade.StorageState>("good");
  readonly unreadable = signal(0);
  readonly changes = signal(0);
  readonly syncState = signal<facade.SyncState>({
    phase: "idle",
    lastSuccess: null,
    nextTry: null,
    problem: null,
  });
  installations: readonly Installation[] = [];
  planRecord: PlanRecord | null = null;
  /** Grows with every record that is shown: what was read from the store before is old then. */
  protected applied = 0;

  get current(): Installation | undefined {
    return this.installations.find(({ current }) => current);
  }

  /** Show what the store holds. */
  showContents({ installations, events, unreadable }: Contents): void {
    batch(() => {
      this.ledger.replace(events);
      this.unreadable.value = unreadable;
      this.showInstallations(installations);
      this.#changed();
    });
  }

  /** Show what survives of a store that does not open: who this phone is. */
  showSurvivors(identities: readonly Identity[]): void {
    batch(() => {
      this.showInstallations(identities);
      this.storage.value = "broken";
    });
  }

  showInstallations(installations: readonly Installation[]): void {
    batch(() => {
      this.installations = installations;
      this.enrolment.value = enrolmentOf(this.current);
      this.held.value = installations.flatMap(({ id, held }) =>
        (held ?? []).map((each) => ({ installation: id, ...each })),
      );
      this.lost.value = installations
        .filter(({ lost }) => (lost ?? []).length > 0)
        .map(({ id, lost }) => ({ installation: id, ranges: lost! }));
      // Room is only known to be there again when something has been written.
      if (this.storage.peek() !== "full") this.showStorage();
      this.#count();
    });
  }

  /** Show that the store works: `emptied` until the courier has been told. */
  showStorage(): void {
    const emptied = this.installations.some(({ emptiedAt }) => emptiedAt !== undefined);
    this.storage.value = emptied ? "emptied" : "good";
  }

  /** Show records that are new or not what they were. */
  apply(records: readonly EventRecord[]): void {
    if (records.length === 0) return;
    this.applied += 1;
    batch(() => {
      this.ledger.apply(records);
      this.#count();
      this.#changed();
    });
  }

  showPlan(record: PlanRecord | null): void {
    this.planRecord = record;
    if (this.plan.peek() === (record?.plan ?? null)) return;
    batch(() => {
      this.plan.value = record?.plan ?? null;
      this.#changed();
    });
  }

  showLoop({ phase, lastSuccess, nextTry, trouble }: LoopState): void {
    this.syncState.value = { phase, lastSuccess, nextTry, problem: trouble };
  }

  #count(): void {
    const counts = this.ledger.waiting();
    this.waiting.value = [...counts.values()].reduce((sum, count) => sum + count, 0);
    this.queues.value = this.installations
      .map(({ id, courier, current }) => ({
        installation: id,
        courier,
        current,
        waiting: counts.get(id) ?? 0,
      }))
      .filter(({ current, waiting }) => current || waiting > 0);
  }

  #changed(): void {
    this.changes.value += 1;
  }
}

function enrolmentOf(installation: Installation | undefined): facade.Enrolment | null {
  if (installation === undefined) return null;
  const { id, courier, branch, refused } = installation;
  return refused === undefined
    ? { installation: id, courier, branch, state: "good" }
    : { installation: id, courier, branch, state: "enrol_again", why: refused };
}
