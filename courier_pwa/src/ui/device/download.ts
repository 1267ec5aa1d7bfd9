// Hands a file to the phone's downloads.

const REVOKE_AFTER_MS = 60_000;

/** Save `content` as a file of that name. */
export function download(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Some phones read it only after they have asked where to put it.
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_AFTER_MS);
}
