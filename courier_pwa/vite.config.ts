import { defineConfig } from "vite";

import { compressed } from "./build/compressed.ts";
import { appVersion } from "./build/files.ts";
import { serviceWorker } from "./build/service_worker.ts";

const version = appVersion(import.meta.dirname);
/** Chromium 94, Safari 15.4, Firefox 93: older ones lack private methods or Array.at. */
const target = "es2022";

export default defineConfig({
  base: "/app/",
  define: { __APP_VERSION__: JSON.stringify(version) },
  // In this order: what is compressed is what the service worker knows.
  plugins: [serviceWorker({ version, target }), compressed()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target,
    // A data: address would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
});
