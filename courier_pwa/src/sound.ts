// What the courier hears and feels without looking: recorded, seen before, not ours, NOT recorded.

import { signal, type ReadonlySignal } from "@preact/signals";

export type Cue = "recorded" | "again" | "foreign" | "failed";

interface Tone {
  readonly at: number;
  readonly hertz: number;
  readonly seconds: number;
  readonly shape: OscillatorType;
}

// Recorded rises, seen before is one low knock, failed is a long rough alarm: apart by ear in traffic.
const TONES: Readonly<Record<Cue, readonly Tone[]>> = {
  recorded: [
    { at: 0, hertz: 1047, seconds: 0.09, shape: "triangle" },
    { at: 0.09, hertz: 1568, seconds: 0.16, shape: "triangle" },
  ],
  again: [{ at: 0, hertz: 392, seconds: 0.14, shape: "triangle" }],
  foreign: [{ at: 0, hertz: 262, seconds: 0.06, shape: "sine" }],
  failed: [0, 0.3, 0.6].flatMap((at) => [
    { at, hertz: 196, seconds: 0.22, shape: "sawtooth" as const },
    { at, hertz: 207, seconds: 0.22, shape: "square" as const },
  ]),
};
const SHAKES: Readonly<Record<Cue, readonly number[]>> = {
  recorded: [90],
  again: [30, 60, 30],
  foreign: [],
  failed: [400, 120, 400, 120, 400],
};

export interface Cues {
  /** Whether sound can be heard: a browser may want a tap first. */
  readonly audible: ReadonlySignal<boolean>;
  /** Have the first sound ready: it takes a slow phone a tenth of a second. */
  prepare(): void;
  give(cue: Cue): void;
}

/** Return the app's sounds; they wake at the first tap. `quiet` switches tones off, never shaking. */
export function createCues(quiet: () => boolean): Cues {
  const audible = signal(false);
  let audio: AudioContext | null = null;

  const wake = (): void => {
    try {
      audio ??= new AudioContext({ latencyHint: "interactive" });
    } catch {
      return; // a phone without sound: it still shakes
    }
    const context = audio;
    context.onstatechange = () => {
      audible.value = context.state === "running";
    };
    if (context.state !== "running") void context.resume().catch(() => undefined);
    audible.value = context.state === "running";
  };
  for (const gesture of ["pointerdown", "keydown"]) {
    addEventListener(gesture, wake, { passive: true, capture: true });
  }
  // A sound that is ready costs battery: not while the phone is in the pocket.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) void audio?.suspend().catch(() => undefined);
    else if (audio) wake();
  });
  return {
    audible,
    prepare: () => {
      if (!audio) wake();
    },
    give: (cue) => {
      if (SHAKES[cue].length) navigator.vibrate?.([...SHAKES[cue]]);
      if (audio?.state !== "running") wake();
      // The alarm is heard even where sound is switched off: nothing was recorded.
      if (audio && (!quiet() || cue === "failed")) play(audio, TONES[cue]);
    },
  };
}

function play(audio: AudioContext, tones: readonly Tone[]): void {
  for (const { at, hertz, seconds, shape } of tones) {
    const begin = audio.currentTime + at;
    const tone = new OscillatorNode(audio, { type: shape, frequency: hertz });
    const loudness = new GainNode(audio, { gain: 0 });
    loudness.gain.setValueAtTime(0.0001, begin);
    loudness.gain.exponentialRampToValueAtTime(0.5, begin + 0.01);
    loudness.gain.setValueAtTime(0.5, begin + seconds - 0.03);
    loudness.gain.exponentialRampToValueAtTime(0.0001, begin + seconds);
    tone.connect(loudness).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + seconds);
  }
}
