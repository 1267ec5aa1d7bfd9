// A short code that is typed where the label cannot be read; without any label, the stop itself.

import "../styles/later.css";

import { useSignal } from "@preact/signals";

import type { PlanPoint } from "../../core.ts";
import { tl } from "../../i18n/index.ts";
import { useApp, useScanner } from "../context.ts";
import { ChooseStop } from "../parts/choose_stop.tsx";
import { Frame } from "../parts/frame.tsx";
import { replace } from "../router.ts";

const LENGTH = 7;

export function Code() {
  return (
    <Frame title={tl().code.title} back={["scan"]}>
      <Typed />
      <WithoutCode />
    </Frame>
  );
}

function Typed() {
  const { core } = useApp();
  const scanner = useScanner();
  const words = tl().code;
  const typed = useSignal("");
  const said = useSignal("");
  const busy = useSignal(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const read = await core.readShortCode(typed.value);
    const signs = typed.value.replace(/[\s-]/g, "").length;
    said.value = read ? "" : signs < LENGTH ? words.short : words.wrong;
    if (!read || busy.value) return;
    busy.value = true;
    // The card on the camera's page shows it, and the camera is what is wanted next.
    if (await scanner.typed(read.code, read.point)) replace("scan");
    else said.value = tl().card.failed;
    busy.value = false;
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label class="field" for="short-code">
        {words.label}
      </label>
      <p class="soft" id="code-lead">
        {words.lead}
      </p>
      <input
        id="short-code"
        class="short-code"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        maxLength={12}
        aria-describedby="code-lead code-error"
        value={typed.value}
        data-testid="short-code"
        onInput={(event) => (typed.value = event.currentTarget.value)}
      />
      <p id="code-error" class="error" role="alert">
        {said.value}
      </p>
      <button type="submit" class="primary big" data-testid="record-code">
        {words.record}
      </button>
    </form>
  );
}

function WithoutCode() {
  const scanner = useScanner();
  const words = tl().code;
  const chosen = useSignal<PlanPoint | null>(null);
  const busy = useSignal(false);
  const record = async (point: PlanPoint): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    if (await scanner.typed(null, point)) replace("scan");
    busy.value = false;
  };
  return (
    <details class="without-code">
      <summary data-testid="without-code">{words.noCode}</summary>
      {chosen.value ? (
        <button
          type="button"
          class="big"
          data-testid="record-chosen"
          onClick={() => void record(chosen.value!)}
        >
          {words.chosen(chosen.value.name)}
        </button>
      ) : (
        <ChooseStop choose={(point) => (chosen.value = point)} />
      )}
    </details>
  );
}
