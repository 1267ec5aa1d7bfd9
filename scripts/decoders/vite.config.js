// Builds a page that reads pictures: with the app's own decoder (ours.html), with others' (others.html).

import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

export default {
  root: here("."),
  base: "./",
  build: {
    outDir: process.env.DECODERS_OUT,
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: here(process.env.DECODERS_PAGE) },
  },
};
