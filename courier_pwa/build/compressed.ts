// Beside each file of the build that gets smaller by it, .br and .gz: the service sends them as they are.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin, ResolvedConfig } from "vite";

import { filesBelow } from "./files.ts";

const WORTH_IT = /\.(html|js|css|svg|wasm|json|webmanifest)$/;

export function compressed(): Plugin {
  let config: ResolvedConfig;
  return {
    name: "jianbao-compressed",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    closeBundle: {
      order: "post",
      sequential: true,
      handler() {
        const folder = join(config.root, config.build.outDir);
        for (const file of filesBelow(folder).filter((file) => WORTH_IT.test(file))) {
          const content = readFileSync(join(folder, file));
          writeFileSync(join(folder, `${file}.br`), brotli(content));
          writeFileSync(join(folder, `${file}.gz`), gzipSync(content, { level: 9 }));
        }
      },
    },
  };
}

function brotli(content: Buffer): Buffer {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT, BROTLI_MAX_QUALITY } = constants;
  return brotliCompressSync(content, {
    params: {
      [BROTLI_PARAM_QUALITY]: BROTLI_MAX_QUALITY,
      [BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
}
