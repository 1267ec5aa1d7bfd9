// Lighthouse's performance of addresses in a running Chromium, on its mobile profile, loaded anew.
//
// node run.js PORT RUNS ADDRESS… prints {ADDRESS: {scores: [0 to 100, …], metrics: {…}}}. The phone
// stays enrolled: of what is stored only the app's files are cleared.

import lighthouse, { defaultConfig } from "lighthouse";

const [port, runs, ...addresses] = process.argv.slice(2);
const METRICS = {
  "first-contentful-paint": "first paint",
  "largest-contentful-paint": "largest paint",
  "total-blocking-time": "blocked",
  "speed-index": "speed index",
};
const config = {
  ...defaultConfig,
  settings: {
    ...defaultConfig.settings,
    onlyCategories: ["performance"],
    formFactor: "mobile",
    clearStorageTypes: ["cache_storage", "service_workers", "shader_cache"],
  },
};

const told = {};
for (const address of addresses) {
  const scores = [];
  let metrics = {};
  for (let run = 0; run < Number(runs); run++) {
    const result = await lighthouse(address, { port: Number(port), logLevel: "error" }, config);
    const { runtimeError, categories, audits } = result.lhr;
    if (runtimeError) throw new Error(`${address}: ${runtimeError.message}`);
    scores.push(Math.round(categories.performance.score * 100));
    metrics = Object.fromEntries(
      Object.entries(METRICS).map(([name, words]) => [words, Math.round(audits[name].numericValue)]),
    );
  }
  told[address] = { scores, metrics };
}
console.log(JSON.stringify(told));
