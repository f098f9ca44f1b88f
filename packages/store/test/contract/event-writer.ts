// Appends events to the run `run-1` of the state store that the first argument names, until it is killed or has appended as
// many as the second argument says. Prints the number of each event in the chain once it is kept.
import { writeSync } from "node:fs";
import process from "node:process";
import { openStateStore } from "../../src/open-state-store.ts";

const [location, count] = process.argv.slice(2) as [string, string];
await using store = await openStateStore(location);
for (let n = 1; n <= Number(count); n++) {
  const { events } = await store.appendEvent("run-1", { at: n, type: "said", data: { pid: process.pid, n } });
  writeSync(1, `${events}\n`);
}
