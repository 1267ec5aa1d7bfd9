import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { createDecoder } from "./decoder.ts";

test("a worker that falls silent is started anew, and the frame counts as read", async () => {
  const workers: { ended: boolean; onmessage?: (message: { data: unknown }) => void }[] = [];
  class Silent {
    ended = false;
    constructor() {
      workers.push(this);
    }
    postMessage(): void {}
    terminate(): void {
      this.ended = true;
    }
  }
  Object.assign(globalThis, { Worker: Silent, ImageData: class {} });
  mock.timers.enable({ apis: ["setTimeout"] });
  const decoder = createDecoder();
  workers[0]!.onmessage!({ data: { kind: "ready" } });
  const read = decoder.read({} as ImageBitmap);
  mock.timers.tick(10_000);
  assert.deepEqual(await read, []);
  assert.deepEqual([workers.map(({ ended }) => ended), decoder.state.value], [[true, false], "loading"]);
  mock.timers.reset();
});
