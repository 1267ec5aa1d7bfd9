// The card of the last scan: recorded or not, where, what; what is not in hand is taken off here.

import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

import { clock, t, tl } from "../../i18n/index.ts";
import { useScanner } from "../context.ts";
import type { Card } from "../scanning/cards.ts";
import { AddPaper } from "./add_paper.tsx";
import { ChooseStop } from "./choose_stop.tsx";
import { Icon } from "./icons.tsx";
import { Lines } from "./lines.tsx";

export function ScanCard() {
  const scanner = useScanner();
  const card = scanner.card.value;
  useLayoutEffect(() => {
    if (card?.state === "recorded") performance.mark("jianbao:recorded");
  }, [card?.key, card?.state]);
  if (!card) return null;
  return (
    <section
      class={`scan-card scan-card-${card.state}`}
      aria-labelledby="card-title"
      data-testid="card"
      data-state={card.state}
      data-change={card.change}
    >
      <CardHead card={card} />
      <CardBody card={card} />
    </section>
  );
}

function CardHead({ card }: { card: Card }) {
  const scanner = useScanner();
  const words = tl().card;
  const said = {
    writing: words.writing,
    recorded: card.scan
      ? words.recordedAt(clock(card.scan.event.at))
      : words.recorded,
    undone: words.undone,
    failed: words.failed,
  }[card.state];
  return (
    <div class="card-head">
      <p class="card-state" role={card.state === "failed" ? "alert" : "status"}>
        {card.state !== "writing" && <Icon name={SIGNS[card.state]} />}
        <span data-testid="card-state">{said}</span>
      </p>
      <h2 id="card-title">{card.point?.name ?? words.notInPlan}</h2>
      {card.state === "recorded" && (
        <button type="button" class="quiet" data-testid="undo" onClick={() => void scanner.undo()}>
          <Icon name="undo" />
          {words.undo}
        </button>
      )}
      {card.state === "undone" && (
        <button type="button" class="quiet" data-testid="redo" onClick={() => void scanner.redo()}>
          {words.redo}
        </button>
      )}
    </div>
  );
}

const SIGNS = { recorded: "done", undone: "undo", failed: "warn" } as const;

function CardBody({ card }: { card: Card }) {
  const scanner = useScanner();
  const words = tl().card;
  if (card.state === "failed") {
    return (
      <div>
        <p>{words.failedWhy}</p>
        <button type="button" data-testid="retry" onClick={() => void scanner.retry()}>
          {words.retry}
        </button>
      </div>
    );
  }
  if (card.state === "undone") return null;
  return (
    <>
      {card.retired && <p class="note note-warn">{words.retired}</p>}
      {!card.point && <OffPlan />}
      {card.point && card.lines.length === 0 && <p class="soft">{words.nothing}</p>}
      <Lines card={card} />
      <p class="card-change" role="status">
        {card.change === "waiting" && words.saving}
        {card.change === "failed" && (
          <>
            <strong>{words.changeFailed}</strong>{" "}
            <button type="button" onClick={() => void scanner.keepChange()}>
              {t().retry}
            </button>
          </>
        )}
      </p>
      <Adding card={card} />
    </>
  );
}

function OffPlan() {
  const scanner = useScanner();
  const choosing = useSignal(false);
  const words = tl().card;
  return (
    <div class="off-plan">
      <p>{words.notInPlanWhy}</p>
      {choosing.value ? (
        <ChooseStop choose={(point) => void scanner.assign(point)} />
      ) : (
        <button type="button" data-testid="choose-stop" onClick={() => (choosing.value = true)}>
          {words.choose}
        </button>
      )}
    </div>
  );
}

function Adding({ card }: { card: Card }) {
  const open = useSignal(0);
  if (card.state !== "recorded") return null;
  if (open.value === card.key) return <AddPaper card={card} done={() => (open.value = 0)} />;
  return (
    <button type="button" class="quiet" data-testid="add" onClick={() => (open.value = card.key)}>
      <Icon name="plus" />
      {tl().card.add}
    </button>
  );
}
