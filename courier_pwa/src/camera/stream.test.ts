import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { NoCamera, openAhead, openCamera } from "./stream.ts";

interface Opened {
  readonly deviceId: string | undefined;
  stopped: boolean;
}

let opened: Opened[] = [];
let refusal: string | null = null;

/** A camera as the browser gives it, as far as it is opened and stopped. */
function getUserMedia({ video }: { video: { deviceId?: { ideal: string } } }): Promise<unknown> {
  if (refusal !== null) return Promise.reject(new DOMException("", refusal));
  const one = { deviceId: video.deviceId?.ideal, stopped: false };
  opened.push(one);
  const track = { stop: () => (one.stopped = true), getCapabilities: () => ({}) };
  return Promise.resolve({ getTracks: () => [track], getVideoTracks: () => [track] });
}

Object.defineProperty(globalThis, "navigator", { value: { mediaDevices: { getUserMedia } } });
Object.defineProperty(globalThis, "document", { value: { hidden: false } });
mock.timers.enable({ apis: ["setTimeout"] });

beforeEach(() => {
  opened = [];
  refusal = null;
});

async function after(milliseconds: number): Promise<void> {
  mock.timers.tick(milliseconds);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

test("a camera that was opened ahead is the one that the page gets", async () => {
  openAhead("back");
  await openCamera("back");
  await after(60_000);
  assert.deepEqual(opened, [{ deviceId: "back", stopped: false }]);
});

test("a second page gets a camera of its own", async () => {
  openAhead("");
  await openCamera();
  await openCamera();
  assert.equal(opened.length, 2);
});

test("another camera than the one opened ahead is opened, and that one closed", async () => {
  openAhead("back");
  await openCamera("front");
  await after(0);
  assert.deepEqual(opened, [
    { deviceId: "back", stopped: true },
    { deviceId: "front", stopped: false },
  ]);
});

test("a camera that nobody wants within 5 s is closed", async () => {
  openAhead("back");
  await after(4_900);
  assert.equal(opened[0]?.stopped, false);
  await after(200);
  assert.equal(opened[0]?.stopped, true);
  await openCamera("back");
  assert.equal(opened.length, 2);
});

test("a refusal ahead is told to the page", async () => {
  refusal = "NotAllowedError";
  openAhead("");
  await after(10);
  await assert.rejects(openCamera(), (error: NoCamera) => error.trouble === "denied");
});
