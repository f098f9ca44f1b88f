// Runs a server as long as its own standard input is open, which ends with whoever started this, however that ends. Then the
// server is ended and its directory removed.
//
// usage: keep-postgres.ts '{"directory":"...","uid":1,"gid":1}' command [argument...]
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import process from "node:process";

const { directory, ...user } = JSON.parse(process.argv[2] as string) as {
  readonly directory: string;
  readonly uid?: number;
  readonly gid?: number;
};
let isOver = false;

const server = spawn(process.argv[3] as string, process.argv.slice(4), {
  ...user,
  cwd: directory,
  stdio: ["ignore", "inherit", "inherit"],
});
server.on("exit", () => {
  if (isOver) rmSync(directory, { recursive: true, force: true });
  process.exit();
});
process.stdin.resume().on("end", () => {
  isOver = true;
  server.kill("SIGQUIT");
});
// Ctrl-C reaches the whole group of processes: the end of standard input follows.
process.on("SIGINT", () => undefined);
