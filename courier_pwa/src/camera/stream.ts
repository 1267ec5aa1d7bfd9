// The back camera: opened, its lamp switched, closed.

export type CameraTrouble = "denied" | "none" | "busy" | "insecure";

/** The camera could not be opened, and why. */
export class NoCamera extends Error {
  override readonly name = "NoCamera";
  readonly trouble: CameraTrouble;

  constructor(trouble: CameraTrouble, cause?: unknown) {
    super(`no camera: ${trouble}`, { cause });
    this.trouble = trouble;
  }
}

const UNWANTED_AFTER_MS = 5_000;

let ahead: { readonly deviceId: string; readonly opening: Promise<MediaStream> } | null = null;

/** Open the camera while its page is still being loaded; closed again if not wanted within 5 s. */
export function openAhead(deviceId: string): void {
  if (document.hidden) return;
  const opened = { deviceId, opening: open(deviceId) };
  ahead = opened;
  opened.opening.catch(() => undefined); // whoever wants it hears of it
  setTimeout(() => {
    if (ahead !== opened) return;
    ahead = null;
    opened.opening.then(closeCamera, () => undefined);
  }, UNWANTED_AFTER_MS);
}

/** Open the back camera, or the one of that id. Throws NoCamera. */
export async function openCamera(deviceId = ""): Promise<MediaStream> {
  const opened = ahead;
  ahead = null;
  if (opened?.deviceId === deviceId) return opened.opening;
  opened?.opening.then(closeCamera, () => undefined);
  return open(deviceId);
}

async function open(deviceId: string): Promise<MediaStream> {
  // Over plain http there is no mediaDevices at all.
  if (!navigator.mediaDevices?.getUserMedia) throw new NoCamera("insecure");
  const video: MediaTrackConstraints = {
    width: { ideal: 1920 },
    height: { ideal: 1080 },
    frameRate: { ideal: 30 },
    ...(deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: { ideal: "environment" } }),
  };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video });
    void keepSharp(stream);
    return stream;
  } catch (error) {
    throw new NoCamera(troubleOf(error), error);
  }
}

export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Tell whether the camera's lamp can be switched. */
export function hasTorch(stream: MediaStream): boolean {
  const track = stream.getVideoTracks()[0];
  return Boolean((track?.getCapabilities?.() as WithTorch | undefined)?.torch);
}

/** Switch the lamp; returns whether it did. */
export async function switchTorch(stream: MediaStream, on: boolean): Promise<boolean> {
  try {
    await apply(stream, { torch: on });
    return true;
  } catch {
    return false;
  }
}

/** The ids of all cameras, the one in use first; one only where the phone does not tell. */
export async function otherCameras(stream: MediaStream): Promise<readonly string[]> {
  const current = stream.getVideoTracks()[0]?.getSettings().deviceId;
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const ids = devices.filter(({ kind }) => kind === "videoinput").map((each) => each.deviceId);
  return ids.filter((id) => id && id !== current);
}

interface WithTorch {
  readonly torch?: boolean;
  readonly focusMode?: readonly string[];
}

async function keepSharp(stream: MediaStream): Promise<void> {
  const able = stream.getVideoTracks()[0]?.getCapabilities?.() as WithTorch | undefined;
  if (!able?.focusMode?.includes("continuous")) return;
  await apply(stream, { focusMode: "continuous" }).catch(() => undefined);
}

async function apply(stream: MediaStream, wish: object): Promise<void> {
  await stream.getVideoTracks()[0]?.applyConstraints({ advanced: [wish as MediaTrackConstraintSet] });
}

function troubleOf(error: unknown): CameraTrouble {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "none" : "busy";
}
