import assert from "node:assert/strict";
import { test } from "node:test";

import { evenedOut, sharpened } from "./filters.ts";
import type { Grey } from "./grey.ts";

const WIDTH = 202;
const HEIGHT = 101;

/** Squares of 8 pixels under light that falls off from left to right. */
function board(light: (x: number) => number): Grey {
  const values = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, index) => {
    const [x, y] = [index % WIDTH, Math.floor(index / WIDTH)];
    return light(x) * (((x >> 3) + (y >> 3)) % 2 ? 1 : 0.8);
  });
  return { values, width: WIDTH, height: HEIGHT };
}

function contrast({ values }: Grey, from: number): number {
  const row = Array.from(values.subarray(50 * WIDTH + from, 50 * WIDTH + from + 16));
  return Math.max(...row) - Math.min(...row);
}

test("dark and light corners end with the same strong contrast", () => {
  const dim = board((x) => 40 + x / 4);
  assert.ok(contrast(dim, 8) < 15);
  const even = evenedOut(dim);
  assert.deepEqual([even.width, even.height, even.values.length], [WIDTH, HEIGHT, WIDTH * HEIGHT]);
  for (const from of [8, 90, 170]) assert.ok(contrast(even, from) > 60, String(from));
});

test("an even wall stays even", () => {
  const wall = { values: new Uint8Array(WIDTH * HEIGHT).fill(90), width: WIDTH, height: HEIGHT };
  assert.ok(evenedOut(wall).values.every((value) => value === 128));
  assert.ok(sharpened(wall).values.every((value) => value === 90));
});

test("edges are raised, and what lies beyond black and white is cut off", () => {
  const soft = board(() => 200);
  assert.ok(contrast(sharpened(soft), 90) > 2 * contrast(soft, 90));
  const hard = sharpened(board((x) => (x < 100 ? 0 : 255)));
  assert.equal(Math.min(...hard.values), 0);
  assert.equal(Math.max(...hard.values), 255);
});
