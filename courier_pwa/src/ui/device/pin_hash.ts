// What is kept of a PIN. Loaded only where there is one.

const ROUNDS = 100_000;

/** Return what to keep of the digits: a new salt, and their hash with it. */
export async function salted(digits: string): Promise<string> {
  const salt = hex(crypto.getRandomValues(new Uint8Array(16)));
  return `${salt} ${await hashed(digits, salt)}`;
}

/** Tell whether `kept` is of these digits. */
export async function isOf(digits: string, kept: string): Promise<boolean> {
  const [salt = "", hash = ""] = kept.split(" ");
  return (await hashed(digits, salt)) === hash;
}

async function hashed(digits: string, salt: string): Promise<string> {
  const text = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", text.encode(digits), "PBKDF2", false, [
    "deriveBits",
  ]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: text.encode(salt), iterations: ROUNDS };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, 256)));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
