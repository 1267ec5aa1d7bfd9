// A decoder is believed only after it has read this picture right (phones' own ones are not always).

import type { Grey } from "./grey.ts";

export const CHECK_TEXT = "HTTPS://JIANBAO.EXAMPLE/P/0123456789ABCDEF";

// The code of CHECK_TEXT at error correction Q, a row a number, the leftmost module the highest bit.
const ROWS = [
  0x1fc4a57f, 0x10580841, 0x175c275d, 0x174c0f5d, 0x17459b5d, 0x1049f641, 0x1fd5557f, 0x78e00,
  0xec62a06, 0x101ccdf3, 0x1141ca35, 0x1b8a56ab, 0x1edbd83a, 0x1a275652, 0xbe7c92c, 0xdbdd7ea,
  0x14f37883, 0x701942a, 0x13fe7cd2, 0x7aac596, 0xc65cbfe, 0x1c611a, 0x1fc62f5c, 0x105ea313,
  0x174bc5f0, 0x175f5a10, 0x1752f389, 0x105f91c3, 0x1fcc3984,
];
const MODULES = ROWS.length;
const QUIET = 4;
const SCALE = 6;

/** Return the picture of a label's code that every decoder has to read as CHECK_TEXT. */
export function checkPicture(): Grey {
  const side = (MODULES + 2 * QUIET) * SCALE;
  const values = new Uint8Array(side * side).fill(230);
  for (let index = 0; index < values.length; index++) {
    const row = Math.floor(Math.floor(index / side) / SCALE) - QUIET;
    const column = Math.floor((index % side) / SCALE) - QUIET;
    const dark = column >= 0 && column < MODULES && (ROWS[row] ?? 0) & (1 << (MODULES - 1 - column));
    if (dark) values[index] = 40;
  }
  return { values, width: side, height: side };
}
