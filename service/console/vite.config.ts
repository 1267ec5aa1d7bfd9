import { defineConfig } from "vite";

// The pages are rendered by Flask; Vite only turns assets/ into static/, under plain names that a
// template can write: url_for("console.static", filename="main.js").
export default defineConfig({
  root: "assets",
  publicDir: "public",
  // Relative, so that the files work under whatever address the console is mounted at.
  base: "./",
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    // A data: address would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { main: "assets/main.ts", base: "assets/base.css", docs: "assets/docs.ts" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
