// What waits to be sent, what the service holds back, what is missing; sending now, saving to a file.

import "../styles/later.css";

import { useSignal } from "@preact/signals";

import type { Queue as CourierQueue, StoredEvent, SyncState } from "../../core.ts";
import { clock, language, tl, when } from "../../i18n/index.ts";
import { useApp, type App } from "../context.ts";
import { download } from "../device/download.ts";
import { Frame } from "../parts/frame.tsx";

const LISTED = 50;

export function Queue() {
  const { core } = useApp();
  const words = tl().queue;
  const waiting = core.waiting.value;
  return (
    <Frame title={words.title} back={["today"]}>
      <p class={waiting ? "count" : "note note-good"} data-testid="queue-count">
        {waiting ? words.waiting(waiting) : words.empty}
      </p>
      {waiting > 0 && <p class="soft">{words.whyWaiting}</p>}
      <Sync state={core.syncState.value} />
      {core.queues.value
        .filter((queue) => queue.waiting > 0 || (queue.current && waiting > 0))
        .map((queue) => (
          <Waiting key={queue.installation} queue={queue} />
        ))}
      <Unsent />
      <HeldList />
      <LostList />
      {core.unreadable.value > 0 && (
        <p class="note note-warn">{words.unreadable(core.unreadable.value)}</p>
      )}
    </Frame>
  );
}

function Sync({ state }: { state: SyncState }) {
  const { core } = useApp();
  const words = tl().queue;
  return (
    <section class="sync" data-testid="sync" data-phase={state.phase}>
      <p role="status">
        {words.phases[state.phase]}
        {state.problem && ` · ${words.problems[state.problem]}`}
        {state.nextTry !== null && ` · ${words.nextTry(clock(state.nextTry))}`}
      </p>
      <p class="soft">
        {state.lastSuccess === null ? words.neverSynced : words.lastSync(clock(state.lastSuccess))}
      </p>
      <button
        type="button"
        class="primary big"
        data-testid="retry-now"
        disabled={state.phase === "sending"}
        onClick={() => void core.retryNow()}
      >
        {words.retry}
      </button>
    </section>
  );
}

function Waiting({ queue }: { queue: CourierQueue }) {
  const { core } = useApp();
  const words = tl().queue;
  const said = useSignal("");
  const save = async (): Promise<void> => {
    try {
      const file = await core.saveQueue(queue.installation);
      download(file, `jianbao-${queue.courier.code}-${core.today()}.json`);
      said.value = words.saved;
    } catch {
      said.value = words.saveFailed;
    }
  };
  return (
    <section class="queue-of" data-testid="queue">
      <h2>{words.of(queue.courier.name)}</h2>
      <p>{words.waiting(queue.waiting)}</p>
      <p class="soft">{words.saveWhy}</p>
      <button type="button" data-testid="save-queue" onClick={() => void save()}>
        {words.save}
      </button>
      <p role="status">{said.value}</p>
    </section>
  );
}

function Unsent() {
  const app = useApp();
  const { core } = app;
  const words = tl().queue;
  const unsent = core.unsent();
  if (!unsent.length) return null;
  return (
    <>
      <ul class="plain" data-testid="pending">
        {unsent.slice(0, LISTED).map((stored) => (
          <li key={stored.id}>
            <span>
              {words.kinds[stored.event.kind]} {aboutOf(stored, app)}
            </span>
            <span class="soft">
              {whenOf(stored, core.today())} · {stored.seq}
            </span>
          </li>
        ))}
      </ul>
      {unsent.length > LISTED && <p class="soft">{words.moreWaiting(unsent.length - LISTED)}</p>}
    </>
  );
}

/** What a malformed record says of its time is shown as it is. */
function whenOf({ event: { at } }: StoredEvent, today: string): string {
  const instant = Date.parse(at);
  return Number.isNaN(instant) ? at : when(instant, today);
}

function aboutOf(
  { event }: StoredEvent,
  { points, titles }: Pick<App, "points" | "titles">,
): string {
  if (event.kind === "arrival") return titles.value.get(event.title) ?? event.title;
  if ("point" in event && event.point) return points.value.get(event.point)?.name ?? event.point;
  return "route" in event ? event.route : "";
}

function HeldList() {
  const { core } = useApp();
  const held = core.held.value;
  if (!held.length) return null;
  return (
    <section aria-labelledby="held" data-testid="held">
      <h2 id="held">{tl().queue.held}</h2>
      <ul class="plain">
        {held.map(({ id, seq, message }) => (
          <li key={id}>
            <span>{message[language.value]}</span>
            <span class="soft">{seq}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function LostList() {
  const { core } = useApp();
  const lost = core.lost.value.flatMap(({ ranges }) => ranges);
  if (!lost.length) return null;
  return (
    <section aria-labelledby="lost" data-testid="lost">
      <h2 id="lost">{tl().queue.lost}</h2>
      <p class="note note-warn">{tl().queue.lostWhy}</p>
      <p>{lost.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(", ")}</p>
    </section>
  );
}
