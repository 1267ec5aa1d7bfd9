// What a build has written.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Return the paths of all files below a folder, relative to it, with slashes, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Return the version of package.json with the fingerprint of what the app is built from. */
export function appVersion(workspace: string): string {
  const read = (path: string): string => readFileSync(join(workspace, path), "utf8");
  const { version } = JSON.parse(read("package.json")) as { version: string };
  const sources = filesBelow(join(workspace, "src")).map((file) => `src/${file}`);
  const all = [...sources, "index.html", "../package-lock.json"].map((file) => sha256(read(file)));
  return `${version}+${sha256(all.join()).slice(0, 8)}`;
}

/** A file of the app: its address and the SHA-256 of its content. */
export type Precached = readonly [path: string, sha256: string];

/** Return what the service worker keeps of these files of a folder: the shell stands for itself. */
export function precached(folder: string, base: string, files: readonly string[]): Precached[] {
  return files.map((file) => [
    base + (file === "index.html" ? "" : file),
    sha256(readFileSync(join(folder, file))),
  ]);
}
