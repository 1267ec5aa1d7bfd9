// Ids: UUIDv7 (RFC 9562), 48 bits of time and 74 of chance. Nothing relies on their order: numbers do
// that. A library for it would be a twentieth of the app's shell.

import { hex } from "../hashing.ts";

const LATEST = 2 ** 48 - 1;

/** Return a new id for an instant (milliseconds since 1970; what a wrong clock says is cut to fit). */
export function newId(random: Random, now: number): string {
  const bytes = random.getRandomValues(new Uint8Array(16));
  const time = Math.min(Math.max(Math.floor(now), 1), LATEST);
  for (let at = 0; at < 6; at += 1) bytes[at] = Math.floor(time / 256 ** (5 - at)) % 256;
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return hex(bytes.buffer).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

interface Random {
  getRandomValues(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
}
