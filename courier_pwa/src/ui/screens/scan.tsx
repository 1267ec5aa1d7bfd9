// The camera: open from stop to stop. What is in view is recorded; the card below says what was.

import "../styles/camera.css";

import { useSignalEffect, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import type { CameraTrouble } from "../../camera/stream.ts";
import type { PlanRound } from "../../core.ts";
import { t, tl } from "../../i18n/index.ts";
import { useApp, useScanner } from "../context.ts";
import type { About } from "../later.tsx";
import { progressOf, roundOf } from "../logic/rounds.ts";
import { keepAwake } from "../device/awake.ts";
import { useCamera } from "../device/camera.ts";
import { nearest } from "../logic/nearest.ts";
import { Top } from "../parts/frame.tsx";
import { Icon } from "../parts/icons.tsx";
import { CameraTools } from "../parts/camera_tools.tsx";
import { ScanCard } from "../parts/scan_card.tsx";
import type { Scanner } from "../scanning/scanner.ts";
import { href, type Route } from "../router.ts";

const GAP_MS = 400;

export function Scan({ about: [code = "", date = ""] }: About) {
  const scanner = useScanner();
  const { core, decoder, settings, positions, round: current } = useApp();
  const round = roundOf(core.plan.value, code, date) ?? current.value;
  const lastRead = useRef(-Infinity);
  const { stream, trouble, video } = useCamera({
    decoder,
    wanted: () => settings.camera.value,
    saw: (found) => {
      markFirst(lastRead);
      void nearest(found, (text) => scanner.recognize(text)).then((text) => scanner.saw(text));
    },
  });
  useEffect(() => whileHere(scanner), []);
  // Asked for only once the camera is there: two questions at once are answered in haste.
  useSignalEffect(() => (stream.value ? positions.follow() : undefined));
  const back: Route = round ? ["round", round.route, round.date] : ["today"];
  return (
    <div class="camera">
      <Top title={tl().scan.title} back={back} />
      <main class="camera-main">
        <div class="view">
          <video ref={video} muted playsInline aria-label={tl().scan.aim} data-testid="video" />
          <Aim stream={stream.value} trouble={trouble} />
          {round && <Count round={round} />}
          <HintLine />
          {stream.value && <CameraTools stream={stream.value} reopen={() => (stream.value = null)} />}
        </div>
        <ScanCard />
      </main>
      <nav class="camera-actions" aria-label={tl().scan.title}>
        <a class="button" href={href("code")} data-testid="type-code">
          <Icon name="keys" />
          {tl().scan.typeCode}
        </a>
        <a class="button" href={href("attempt")} data-testid="cannot">
          <Icon name="tried" />
          {tl().scan.cannot}
        </a>
      </nav>
    </div>
  );
}

/** Mark the first of several reads in a row: from here to the card is what a courier waits. */
function markFirst(last: { current: number }): void {
  const now = performance.now();
  if (now - last.current >= GAP_MS) performance.mark("jianbao:decoded");
  last.current = now;
}

/** Keep the screen lit; write a waiting change when the page is left or hidden. */
function whileHere(scanner: Scanner): () => void {
  const awake = keepAwake();
  const keep = (): void => void scanner.keepChange();
  document.addEventListener("visibilitychange", keep);
  return () => {
    awake();
    document.removeEventListener("visibilitychange", keep);
    keep();
  };
}

function Aim(props: { stream: MediaStream | null; trouble: Signal<CameraTrouble | null> }) {
  const { cues, decoder } = useApp();
  const words = tl().scan;
  const { trouble } = props;
  const state = decoder().state.value;
  const ready = Boolean(props.stream && state === "ready");
  useEffect(() => {
    if (!ready) return;
    performance.mark("jianbao:ready");
    cues.prepare();
  }, [ready]);
  if (trouble.value) {
    return (
      <div class="trouble" role="alert" data-testid="camera-trouble">
        <p>{words.camera[trouble.value]}</p>
        <button type="button" onClick={() => (trouble.value = null)}>
          {t().retry}
        </button>
      </div>
    );
  }
  if (state === "broken") {
    return (
      <div class="trouble" role="alert">
        <p>{words.decoderBroken}</p>
        <button type="button" onClick={() => decoder().restart()}>
          {t().retry}
        </button>
      </div>
    );
  }
  return (
    <p class="aim" data-testid="aim" data-ready={ready}>
      {ready ? words.aim : props.stream ? words.decoder : words.starting}
    </p>
  );
}

function Count({ round }: { round: PlanRound }) {
  const { points, events } = useApp();
  const { done, total } = progressOf(round, points.value, events.value);
  return (
    <p class="camera-count" data-testid="progress" aria-label={t().round.progress(done, total)}>
      {done}
      <small> / {total}</small>
    </p>
  );
}

function HintLine() {
  const { cues } = useApp();
  const scanner = useScanner();
  const hint = scanner.hint.value;
  return (
    <p class="hint" role="status" data-testid="hint">
      {hint ? tl().scan[hint] : cues.audible.value ? "" : t().banner.noSound}
    </p>
  );
}
