// A bridge in front of the address in the first argument; says where, and on each line of its input what it has used so far.
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { ALL_TO_COGNITO, compileBridgeConfig } from "@cognito-to-descope/core";
import { startBridgeServer } from "@cognito-to-descope/gateway";
import { manyConnections } from "./bridge-config.ts";

const [upstream = ""] = process.argv.slice(2);
const config = compileBridgeConfig(manyConnections(1000, upstream));
const bridge = await startBridgeServer({
  config: () => config,
  modes: () => ALL_TO_COGNITO,
  newId: () => "",
  clock: {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  },
});
console.log(bridge.url);
let peak = 0;
const watching = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
createInterface({ input: process.stdin })
  .on("line", () => {
    const { user, system } = process.cpuUsage();
    console.log(JSON.stringify({ cpuMs: (user + system) / 1000, peakRss: peak, rss: process.memoryUsage().rss }));
    peak = 0;
  })
  .on("close", () => {
    clearInterval(watching);
    void bridge.stop();
  });
