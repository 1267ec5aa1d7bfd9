// The end of a round: each stop that was not served has a reason, or stays open for tomorrow.

import "../styles/later.css";

import { useComputed, useSignal } from "@preact/signals";

import type { AttemptReason, PlanRound } from "../../core.ts";
import { t, tl } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import type { About } from "../later.tsx";
import { REASONS } from "../logic/reasons.ts";
import { progressOf, roundOf, type Progress, type Stop } from "../logic/rounds.ts";
import { Frame } from "../parts/frame.tsx";
import { replace } from "../router.ts";

type Choice = AttemptReason | "stays";

export function Finish({ about: [code = "", date = ""] }: About) {
  const { core } = useApp();
  const round = roundOf(core.plan.value, code, date);
  return (
    <Frame title={tl().finish.title} back={["round", code, date]} scan={["scan", code, date]}>
      {round ? <Open round={round} /> : <p class="note">{t().round.missing}</p>}
    </Frame>
  );
}

function Open({ round }: { round: PlanRound }) {
  const { points, events } = useApp();
  const words = tl().finish;
  const choices = useSignal<Readonly<Record<string, Choice>>>({});
  const failed = useSignal(false);
  const busy = useSignal(false);
  const progress = useComputed(() => progressOf(round, points.value, events.value)).value;
  const open = progress.stops.filter(({ state }) => state === "open");
  const tried = progress.stops.filter(({ state }) => state === "tried");
  const missing = open.filter(({ code }) => !choices.value[code]);
  const end = useEnd(round);
  const choose = (more: Readonly<Record<string, Choice>>): void => {
    choices.value = { ...choices.value, ...more };
  };
  const finish = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    failed.value = !(await end(open, choices.value));
    busy.value = false;
  };
  return (
    <>
      <Head progress={progress} />
      <ul class="plain finish-list">
        {open.map((stop) => (
          <Choices
            key={stop.code}
            stop={stop}
            choice={choices.value[stop.code]}
            choose={(choice) => choose({ [stop.code]: choice })}
          />
        ))}
        {tried.map((stop) => (
          <li key={stop.code}>
            <span>{stop.point?.name ?? stop.code}</span>
            <span class="soft">{words.tried}</span>
          </li>
        ))}
      </ul>
      {missing.length > 0 && (
        <button
          type="button"
          data-testid="all-stay"
          onClick={() => choose(Object.fromEntries(missing.map(({ code }) => [code, "stays"])))}
        >
          {words.allStay}
        </button>
      )}
      <p role="status">{missing.length > 0 && words.missing(missing.length)}</p>
      <p role="alert" class="error">
        {failed.value && words.failed}
      </p>
      <button
        type="button"
        class="primary big"
        data-testid="end-round"
        disabled={missing.length > 0 || progress.finished}
        onClick={() => void finish()}
      >
        {progress.finished ? words.ended : words.end}
      </button>
    </>
  );
}

function Head({ progress }: { progress: Progress }) {
  const words = tl().finish;
  const { done, tried, total } = progress;
  const open = total - done - tried;
  return (
    <>
      <p class="count">
        {done}
        <small> / {total}</small>
      </p>
      <p data-testid="finish-count">{words.done(done, total)}</p>
      {done === total && <p class="note note-good">{words.allDone}</p>}
      {open > 0 && <p>{words.open(open)}</p>}
    </>
  );
}

interface ChoicesProps {
  readonly stop: Stop;
  readonly choice: Choice | undefined;
  readonly choose: (choice: Choice) => void;
}

function Choices({ stop, choice, choose }: ChoicesProps) {
  const words = tl().finish;
  const name = stop.point?.name ?? stop.code;
  return (
    <li class="unserved" data-testid="unserved">
      <span>{name}</span>
      <select
        aria-label={words.reasonFor(name)}
        value={choice ?? ""}
        onChange={(event) => choose(event.currentTarget.value as Choice)}
      >
        <option value="" disabled>
          {words.choose}
        </option>
        <option value="stays">{words.stays}</option>
        {REASONS.map((reason) => (
          <option key={reason} value={reason}>
            {tl().attempt.reasons[reason]}
          </option>
        ))}
      </select>
    </li>
  );
}

/** Record the reasons, then the round's end. What was recorded before a failure is not repeated. */
function useEnd(round: PlanRound) {
  const { core, cues, positions } = useApp();
  return async (
    open: readonly Stop[],
    choices: Readonly<Record<string, Choice>>,
  ): Promise<boolean> => {
    const { route, date } = round;
    const position = positions.now();
    try {
      // A stop with a reason is open no longer: after a failure only the rest comes here again.
      for (const { code } of open) {
        const reason = choices[code];
        if (reason && reason !== "stays") {
          await core.record({ kind: "attempt", point: code, reason });
        }
      }
      await core.record({ kind: "round_finished", route, date, ...(position && { position }) });
      cues.give("recorded");
      replace("round", route, date);
      return true;
    } catch {
      cues.give("failed");
      return false;
    }
  };
}
