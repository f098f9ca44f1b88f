// Reads a whole pool of the sandbox: settings, users, and two membership rows a user. Prints one line per round.
//
//   node --conditions=@cognito-to-descope/source packages/cognito/test/read-pool.bench.ts [users] [rounds]
//
// The sandbox runs in a process of its own on core 0; start this one with "taskset -c 1" to measure one core. Quotas are out
// of reach, so the figure is what this machine can do, not what Cognito allows (30 requests a second: 1,800 users/s).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { createUserPoolSource } from "../src/index.ts";
import type { Clock } from "@cognito-to-descope/core";

const [users = "30000", rounds = "3"] = process.argv.slice(2);
const concurrentGroups = 4;

if (process.argv[2] === "--serve") await serve(Number(process.argv[3]));
else await measure(Number(users), Number(rounds));

async function serve(count: number): Promise<void> {
  const { startSandbox } = await import("@cognito-to-descope/sandbox");
  const sandbox = await startSandbox({
    only: "cognito",
    users: count,
    groups: 20,
    membershipsPerUser: 2,
    profile: "plain",
  });
  process.stdout.write(`${JSON.stringify({ url: sandbox.cognito, userPoolId: sandbox.userPoolId })}\n`);
  process.stdin.resume();
  process.stdin.on("end", () => void sandbox.stop());
}

async function measure(count: number, times: number): Promise<void> {
  const node = [...process.execArgv, import.meta.filename, "--serve", String(count)];
  const pinned = process.platform === "linux" ? ["taskset", "-c", "0"] : [];
  const [command = "", ...args] = [...pinned, process.execPath, ...node];
  const server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(createInterface(server.stdout), "line")) as [string];
  const { url, userPoolId } = JSON.parse(line) as { url: string; userPoolId: string };
  const clock: Clock = {
    now: Date.now,
    monotonic: () => performance.now(),
    sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  };
  const out = { requests: 1_000_000, windowMs: 1000 };
  for (let round = 1; round <= times; round += 1) {
    const source = createUserPoolSource({
      userPoolId,
      endpoint: url,
      clock,
      limits: {
        categories: { UserList: out, UserPoolRead: out, UserPoolClientRead: out, UserPoolResourceRead: out },
        perPoolOperation: out,
      },
    });
    const began = performance.now();
    const cpu = process.cpuUsage();
    const { groups } = await source.readSnapshot();
    let read = 0;
    for await (const page of source.users()) read += page.users.length;
    const usersMs = performance.now() - began;
    let rows = 0;
    const left = groups.map((group) => group.name);
    await Promise.all(
      Array.from({ length: concurrentGroups }, async () => {
        for (let name = left.pop(); name !== undefined; name = left.pop()) {
          for await (const page of source.members(name)) rows += page.subs.length;
        }
      }),
    );
    const ms = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    source.close();
    const requests = Math.ceil(read / 60) + Math.ceil(rows / 60);
    process.stdout.write(
      `round ${round}: ${read} users, ${rows} membership rows, ${(ms / 1000).toFixed(2)} s, ` +
        `${Math.round(read / (ms / 1000))} users/s in all (listing alone ${Math.round(read / (usersMs / 1000))}), ` +
        `${Math.round((user + system) / requests)} us CPU per page, RSS ${Math.round(process.memoryUsage.rss() / 1e6)} MB\n`,
    );
  }
  server.stdin.end();
  await once(server, "exit");
}
