/**
 * `node run.js APP PORT`: plays schedules, one JSON object a line from standard input, against the
 * service on that port, and writes one line each: `{"report"}`, or `{"ask"}` in between, whose answer
 * is the next line of input. APP is the app's core as one script.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Script } from "node:vm";
import * as fake from "fake-indexeddb";
import type { LoadApp } from "./phone.ts";
import { play } from "./play.ts";
import type { Schedule } from "./schedule.ts";
import { install } from "./storage.ts";

const [app, port] = process.argv.slice(2) as [string, string];
// idb asks of what class a thing is.
for (const [name, value] of Object.entries(fake)) {
  if (name.startsWith("IDB")) Object.defineProperty(globalThis, name, { value, configurable: true });
}
install();
// What a page would only print.
process.on("unhandledRejection", (reason) => console.error("unhandled:", reason));

const script = new Script(`(function () { ${readFileSync(app, "utf8")}\n; return core; })`, {
  filename: app,
});
const load: LoadApp = () => (script.runInThisContext() as () => ReturnType<LoadApp>)();

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function read(): Promise<Record<string, unknown> | null> {
  const line = await lines.next();
  return line.done === true ? null : (JSON.parse(line.value) as Record<string, unknown>);
}

function write(content: unknown): void {
  process.stdout.write(`${JSON.stringify(content)}\n`);
}

// One question at a time: answers have no number.
let asked: Promise<unknown> = Promise.resolve();

function ask(question: Record<string, unknown>): Promise<Record<string, unknown>> {
  const answer = asked.then(async () => {
    write({ ask: question });
    return (await read()) ?? {};
  });
  asked = answer;
  return answer;
}

for (let line = await read(); line !== null; line = await read()) {
  try {
    write({ report: await play(line as unknown as Schedule, Number(port), load, ask) });
  } catch (error) {
    write({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
process.exit(0);
