// The camera: open from stop to stop. What is in view is recorded; the card below says what was.

import "../styles/camera.css";

import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { readFrames } from "../../camera/frames.ts";
import type { Found } from "../../camera/messages.ts";
import { closeCamera, NoCamera, openCamera, type CameraTrouble } from "../../camera/stream.ts";
import type { PlanRound } from "../../core.ts";
import { t, tl } from "../../i18n/index.ts";
import { useApp } from "../context.ts";
import type { About } from "../later.tsx";
import { progressOf, roundOf } from "../logic/rounds.ts";
import { keepAwake } from "../device/awake.ts";
import { nearest } from "../logic/nearest.ts";
import { Top } from "../parts/frame.tsx";
import { Icon } from "../parts/icons.tsx";
import { CameraTools } from "../parts/camera_tools.tsx";
import { ScanCard } from "../parts/scan_card.tsx";
import { href, type Route } from "../router.ts";

export function Scan({ about: [code = "", date = ""] }: About) {
  const { core, scanner, positions, round: current } = useApp();
  const round = roundOf(core.plan.value, code, date) ?? current.value;
  const stream = useSignal<MediaStream | null>(null);
  const trouble = useSignal<CameraTrouble | null>(null);
  const video = useCamera(stream, trouble);
  useEffect(() => {
    const awake = keepAwake();
    return () => {
      awake();
      void scanner.keepChange();
    };
  }, []);
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

/** Keep the camera open while the page is seen, and hand what it sees to the scanner. */
function useCamera(stream: Signal<MediaStream | null>, trouble: Signal<CameraTrouble | null>) {
  const { decoder, scanner, settings } = useApp();
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let gone = false;
    let opening = false;
    const open = async (): Promise<void> => {
      if (gone || opening || document.hidden || stream.value || trouble.value) return;
      opening = true;
      try {
        const opened = await openCamera(settings.camera.value);
        if (gone || document.hidden) closeCamera(opened);
        else stream.value = opened;
        opened.getVideoTracks()[0]?.addEventListener("ended", () => (stream.value = null));
      } catch (error) {
        trouble.value = error instanceof NoCamera ? error.trouble : "busy";
      }
      opening = false;
    };
    const seen = (): void => {
      if (document.hidden) {
        void scanner.keepChange();
        stream.value = null;
      } else void open();
    };
    document.addEventListener("visibilitychange", seen);
    // Opens at first, after a retry, and again when another app took the camera away.
    const reopen = setInterval(() => void open(), 1_000);
    void open();
    return () => {
      gone = true;
      clearInterval(reopen);
      document.removeEventListener("visibilitychange", seen);
      stream.value = null;
    };
  }, []);
  useSignalEffect(() => {
    const opened = stream.value;
    const element = video.current;
    if (!opened || !element) return;
    element.srcObject = opened;
    void element.play().catch(() => undefined);
    const stop = readFrames(element, decoder(), (found: readonly Found[]) => {
      if (!found.length) return;
      performance.mark("jianbao:decoded");
      void nearest(found, (text) => scanner.recognize(text)).then((text) => scanner.saw(text));
    });
    return () => {
      stop();
      element.srcObject = null;
      closeCamera(opened);
    };
  });
  return video;
}

function Aim(props: { stream: MediaStream | null; trouble: Signal<CameraTrouble | null> }) {
  const { decoder } = useApp();
  const words = tl().scan;
  const { trouble } = props;
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
  const state = decoder().state.value;
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
  const ready = Boolean(props.stream && state === "ready");
  if (ready) performance.mark("jianbao:ready");
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
  const { scanner, cues } = useApp();
  const hint = scanner.hint.value;
  return (
    <p class="hint" role="status" data-testid="hint">
      {hint ? tl().scan[hint] : cues.audible.value ? "" : t().banner.noSound}
    </p>
  );
}
