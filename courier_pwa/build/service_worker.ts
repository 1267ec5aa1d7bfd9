// Builds src/sw.ts last, when it is known which files there are: their list is part of it, so that it
// changes, and is installed anew, exactly when one of them changes.

import { join } from "node:path";
import { build, type Plugin, type ResolvedConfig } from "vite";

import { filesBelow, precached, sha256 } from "./files.ts";

/** Of the files of the app, those that the page does not need to start or work. */
const NOT_PRECACHED = /(^sw\.js|\.map|\.br|\.gz)$/;

interface Options {
  readonly version: string;
  readonly target: string;
}

export function serviceWorker({ version, target }: Options): Plugin {
  let config: ResolvedConfig;
  return {
    name: "jianbao-service-worker",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    async closeBundle() {
      const folder = join(config.root, config.build.outDir);
      const files = filesBelow(folder).filter((file) => !NOT_PRECACHED.test(file));
      const list = precached(folder, config.base, files);
      const fingerprint = sha256(JSON.stringify(list)).slice(0, 12);
      await build({
        root: config.root,
        configFile: false,
        publicDir: false,
        logLevel: "warn",
        define: {
          __APP_VERSION__: JSON.stringify(version),
          __CACHE__: JSON.stringify(fingerprint),
          __PRECACHE__: JSON.stringify(list),
        },
        build: {
          outDir: config.build.outDir,
          emptyOutDir: false,
          target,
          rolldownOptions: {
            input: join(config.root, "src/sw.ts"),
            output: { format: "iife", entryFileNames: "sw.js" },
          },
        },
      });
    },
  };
}
