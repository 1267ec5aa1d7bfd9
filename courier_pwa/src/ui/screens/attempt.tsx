// Could not deliver: one of six reasons, with a photo and a note if wished.

import "../styles/later.css";

import { useSignal, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";

import type { AttemptReason, PlanPoint } from "../../core.ts";
import { tl } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import type { About } from "../later.tsx";
import { smallPhoto } from "../device/photo.ts";
import { REASONS } from "../logic/reasons.ts";
import { ChooseStop } from "../parts/choose_stop.tsx";
import { Frame } from "../parts/frame.tsx";
import { Icon } from "../parts/icons.tsx";
import { Photo } from "../parts/photo.tsx";
import { href, replace } from "../router.ts";

const LONGEST_NOTE = 200;

export function Attempt({ about: [code = ""] }: About) {
  const { points } = useApp();
  const chosen = useSignal<PlanPoint | null>(points.value.get(code) ?? null);
  const point = chosen.value;
  return (
    <Frame title={tl().attempt.title} back={point ? ["stop", point.code] : ["scan"]}>
      {point ? (
        <Reasons point={point} />
      ) : (
        <>
          <h2>{tl().attempt.which}</h2>
          <ChooseStop choose={(each) => (chosen.value = each)} />
        </>
      )}
    </Frame>
  );
}

function Reasons({ point }: { point: PlanPoint }) {
  const words = tl().attempt;
  const reason = useSignal<AttemptReason | null>(null);
  const photo = useSignal<Blob | "failed" | null>(null);
  const note = useSignal("");
  const said = useSignal("");
  const busy = useSignal(false);
  const save = useSave(point);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!reason.value) {
      said.value = words.pick;
      return;
    }
    if (busy.value) return;
    busy.value = true;
    const picture = photo.value instanceof Blob ? photo.value : null;
    said.value = await save(reason.value, note.value.trim(), picture);
    busy.value = false;
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <p class="where">{point.name}</p>
      <ReasonChoice
        chosen={reason.value}
        choose={(each) => {
          reason.value = each;
          said.value = "";
        }}
      />
      {reason.value === "label_unreadable" && (
        <p class="note">
          {words.unreadable} <a href={href("code")}>{words.unreadableDo}</a>
        </p>
      )}
      <Photo
        photo={photo.value}
        take={async (file) => {
          photo.value = (await smallPhoto(file)) ?? "failed";
        }}
      />
      <Note note={note} />
      <p role="alert" class="error">
        {said.value}
      </p>
      <button type="submit" class="primary big" data-testid="save">
        <Icon name="done" />
        {words.save}
      </button>
    </form>
  );
}

function ReasonChoice(props: {
  chosen: AttemptReason | null;
  choose: (reason: AttemptReason) => void;
}) {
  const words = tl().attempt;
  return (
    <fieldset class="reasons">
      <legend>{words.why}</legend>
      {REASONS.map((each) => (
        <label key={each} class="choice" data-testid={`reason-${each}`}>
          <input
            type="radio"
            name="reason"
            checked={props.chosen === each}
            onChange={() => props.choose(each)}
          />
          <span>{words.reasons[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Note({ note }: { note: Signal<string> }) {
  return (
    <label class="field">
      {tl().attempt.note}
      <textarea
        rows={2}
        maxLength={LONGEST_NOTE}
        value={note.value}
        data-testid="note"
        onInput={(event) => (note.value = event.currentTarget.value)}
      />
    </label>
  );
}

/**
 * Record the attempt, then its photo, and go back to the round; else return what went wrong. An
 * attempt that is recorded is not recorded again when only its photo was not kept.
 */
function useSave(point: PlanPoint) {
  const { core, cues, positions, today } = useApp();
  const done = useRef<string | null>(null);
  return async (reason: AttemptReason, note: string, photo: Blob | null): Promise<string> => {
    const position = positions.now();
    try {
      if (done.current === null) {
        const attempt = await core.record({
          kind: "attempt",
          point: point.code,
          reason,
          ...(note && { note }),
          ...(photo && { photo: true }),
          ...(position && { position }),
        });
        done.current = attempt.id;
        cues.give("recorded");
      }
      if (photo) await core.attachPhoto(done.current, photo);
    } catch {
      cues.give("failed");
      return done.current === null ? tl().card.failed : tl().attempt.photoLost;
    }
    const round = core.plan.value?.rounds.find(
      ({ date, stops }) =>
        date === today.value && stops.some((stop) => stop.point === point.code),
    );
    if (round) replace("round", round.route, round.date);
    else replace("today");
    return "";
  };
}
