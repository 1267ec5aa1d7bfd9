// SHA-256 by the browser, and hexadecimal.

type Hasher = Pick<Crypto, "subtle">;

export function sha256({ subtle }: Hasher, text: string): Promise<ArrayBuffer> {
  return subtle.digest("SHA-256", new TextEncoder().encode(text));
}

export function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
