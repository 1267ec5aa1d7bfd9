import assert from "node:assert/strict";
import { test } from "node:test";

import { deviceOf } from "./environment.ts";

test("of what the browser calls itself the make of the phone is kept", () => {
  const chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36";
  const devices = {
    [`Mozilla/5.0 (Linux; Android 10; Redmi 9A) ${chrome}`]: "Android 10; Redmi 9A",
    [`Mozilla/5.0 (X11; Linux x86_64) ${chrome}`]: "X11; Linux x86_64",
    "a browser of its own": "a browser of its own",
  };
  for (const [userAgent, device] of Object.entries(devices)) {
    assert.equal(deviceOf(userAgent), device);
  }
  assert.equal(deviceOf(`(${"x".repeat(300)})`).length, 200);
});
