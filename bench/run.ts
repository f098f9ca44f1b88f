// Runs the benchmarks one after the other, each at its full size, or one of them with arguments of its own.
//
// usage: npm run bench [-- NAME [ARGUMENTS]]
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";

/** Each bench, with the arguments of its full size. */
const BENCHES: Readonly<Record<string, readonly string[]>> = {
  migrate: ["10000", "100000", "1000000"],
  sandbox: [],
  store: ["1000000", "--postgres"],
  search: ["1000000", "--postgres"],
  shards: ["20000"],
  sync: ["1000000"],
  rollback: ["50000"],
  storm: ["200000"],
  session: [],
  bridge: [],
  sso: ["500"],
  jit: [],
  console: ["100000", "20000", "5"],
};

const flags = ["--expose-gc", "--conditions=@cognito-to-descope/source", "--disable-warning=ExperimentalWarning"];
const [name, ...own] = process.argv.slice(2);
if (name !== undefined && !Object.hasOwn(BENCHES, name)) {
  console.error(`there is no bench ${name}; there are: ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}
let failed = false;
for (const [bench, fullSize] of Object.entries(BENCHES)) {
  if (name !== undefined && name !== bench) continue;
  const size = own.length > 0 ? own : fullSize;
  console.log(`\n${[`bench/${bench}.ts`, ...size].join(" ")}`);
  const child = spawn(process.execPath, [...flags, `bench/${bench}.ts`, ...size], { stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) failed = true;
}
process.exitCode = failed ? 1 : 0;
