/**
 * `node build.mjs OUT [DEFECT.json]`: builds the app's core as one script (OUT/core.js, which defines
 * `core`) and the harness (OUT/run.mjs), with the app's own build tool. DEFECT.json, `[{"file", "find",
 * "replace"}]`, changes the core on its way; what is not found, or found twice, is an error.
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const [out, defect] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
const app = fileURLToPath(new URL("..", import.meta.url));
const changes = defect === undefined ? [] : JSON.parse(readFileSync(defect, "utf8"));
const { version } = JSON.parse(readFileSync(join(app, "package.json"), "utf8"));
const seen = new Set();

const plant = {
  name: "plant",
  enforce: "pre",
  transform(code, id) {
    let changed = code;
    for (const change of changes) {
      if (!id.endsWith(`/src/${change.file}`)) continue;
      if (changed.split(change.find).length !== 2) {
        throw new Error(`${change.file}: not exactly once there: ${change.find}`);
      }
      changed = changed.replace(change.find, () => change.replace);
      seen.add(change);
    }
    return changed === code ? null : { code: changed, map: null };
  },
};

const common = { configFile: false, publicDir: false, root: app, logLevel: "error" };
const output = { outDir: out, emptyOutDir: false, minify: false, target: "es2022" };

await build({
  ...common,
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [plant],
  build: {
    ...output,
    lib: {
      entry: join(app, "src/core.ts"),
      name: "core",
      formats: ["iife"],
      fileName: () => "core.js",
    },
  },
});
for (const change of changes) {
  if (!seen.has(change)) throw new Error(`${change.file} is no part of ${basename(out)}/core.js`);
}
if (defect === undefined) {
  await build({
    ...common,
    build: {
      ...output,
      ssr: true,
      rollupOptions: { input: join(here, "run.ts"), output: { entryFileNames: "run.mjs" } },
    },
    ssr: { noExternal: true },
  });
}
