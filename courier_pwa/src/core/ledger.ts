// The phone's events in memory: all that wait, and the newest of the others.

import { localDay } from "../domain/days.ts";
import type { OwnEvent } from "../domain/owed.ts";
import type { EventRecord } from "../storage/schema.ts";
import type { StoredEvent } from "../core.ts";

export class Ledger {
  #records = new Map<string, EventRecord>();
  #days = new WeakMap<EventRecord, string>();

  /** Forget everything, and know these. */
  replace(records: Iterable<EventRecord>): void {
    this.#records = new Map();
    this.apply(records);
  }

  /** Know these, in place of what was known of the same events. */
  apply(records: Iterable<EventRecord>): void {
    for (const record of records) this.#records.set(key(record), record);
  }

  all(): readonly EventRecord[] {
    return [...this.#records.values()];
  }

  /** Return how many events of each installation wait. */
  waiting(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { installation, waiting } of this.#records.values()) {
      if (waiting !== undefined) counts.set(installation, (counts.get(installation) ?? 0) + 1);
    }
    return counts;
  }

  /** Return the events of a local day, in the order of recording. */
  on(day: string, timeZone: string): readonly StoredEvent[] {
    return this.all()
      .filter((record) => this.#dayOf(record, timeZone) === day)
      .sort(inOrder)
      .map(storedEvent);
  }

  /** Return all that wait, the newest first. */
  unsent(): readonly StoredEvent[] {
    return this.all()
      .filter(({ waiting }) => waiting !== undefined)
      .sort((one, other) => inOrder(other, one))
      .map(storedEvent);
  }

  /** Return what the plan of that installation does not know of: its own events, and what waits. */
  unknownTo(installation: string): OwnEvent[] {
    return this.all().filter(
      (record) => record.installation === installation || record.waiting !== undefined,
    );
  }

  find(id: string): EventRecord | undefined {
    return this.all().find((record) => record.id === id);
  }

  #dayOf(record: EventRecord, timeZone: string): string {
    let day = this.#days.get(record);
    if (day === undefined) {
      const at = Date.parse(record.event.at);
      day = Number.isNaN(at) ? "" : localDay(at, timeZone);
      this.#days.set(record, day);
    }
    return day;
  }
}

export function storedEvent(record: EventRecord): StoredEvent {
  const { installation, id, seq, event, waiting, state, code, message, voidedBy } = record;
  return {
    installation,
    id,
    seq,
    event,
    state: waiting === 1 ? "pending" : (state ?? "accepted"),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    ...(voidedBy !== undefined && { voidedBy }),
  };
}

function key({ installation, seq }: EventRecord): string {
  return `${installation}/${seq}`;
}

function inOrder(one: EventRecord, other: EventRecord): number {
  if (one.installation === other.installation) return one.seq - other.seq;
  return one.event.at < other.event.at ? -1 : 1;
}
