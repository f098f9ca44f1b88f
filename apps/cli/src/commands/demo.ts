import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { type Sandbox, startSandbox } from "@cognito-to-descope/sandbox";
import { runCli } from "../cli.ts";
import type { CliHost } from "../cli-host.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import type { MigrationResult } from "../migration-result.ts";
import type { Output } from "../output/output.ts";
import { formatCount } from "../output/printable.ts";

/** The sandbox keeps no quotas, so the demo need not either. */
const FAST = { requests: 1_000_000, windowMs: 1000 };

const DEMO_CONFIG = {
  limits: {
    cognito: {
      UserList: FAST,
      UserPoolClientRead: FAST,
      UserPoolRead: FAST,
      UserPoolResourceRead: FAST,
      perPoolOperation: FAST,
    },
    descope: { "user-create": FAST, "user-update": FAST, "user-other": FAST, general: FAST },
  },
};

/** Shows a whole migration on the sandbox, in a temporary directory that is removed again. */
export const demo: Command<{ readonly users: number }> = async ({ host, output, options }) => {
  const directory = mkdtempSync(join(tmpdir(), "c2d-demo-"));
  const sandbox = await startSandbox({ users: options.users, groups: 8, seed: "demo" });
  try {
    writeFileSync(join(directory, "c2d.config.json"), JSON.stringify(DEMO_CONFIG));
    return await show(sandbox, output, { ...host, cwd: directory, variables: variablesOf(sandbox, host) });
  } finally {
    await sandbox.stop();
    rmSync(directory, { recursive: true, force: true });
  }
};

async function show(sandbox: Sandbox, output: Output, host: CliHost): Promise<number> {
  const step = (title: string, ...lines: readonly string[]): void => {
    output.line();
    output.line(output.style("bold", title));
    for (const line of lines) output.line(output.style("dim", line));
    output.line();
  };
  const writes = (): number => sandbox.requests.count({ service: "descope", write: true });
  // The parts' own words go to people; with --json they are the demo's, and stdout is kept for its one document.
  const people: CliHost = output.json ? { ...host, stdout: host.stderr } : host;
  const quiet = output.quiet ? ["--quiet"] : [];
  let worst: number = EXIT_CODES.done;
  const run = async (args: readonly string[], on: CliHost): Promise<void> => {
    const exitCode = await runCli([...args, ...quiet], on);
    host.signal.throwIfAborted();
    worst = Math.max(worst, exitCode);
  };
  const migrate = async (): Promise<MigrationResult | undefined> => {
    const { stream, text } = collector();
    await run(["migrate", "--yes", "--json", "--quiet"], { ...host, stdout: stream });
    return worst === EXIT_CODES.done || worst === EXIT_CODES.incomplete
      ? (JSON.parse(text()) as MigrationResult)
      : undefined;
  };

  step(
    "1. A user pool and a project, on this machine",
    `Cognito listens on ${sandbox.cognito}, Descope on ${sandbox.descope}.`,
    `The pool has users of every kind: disabled, unconfirmed, federated, with one address for two, with no address at all, …`,
  );
  step("2. c2d migrate --dry-run", "Reads the pool and the project, plans every user, and writes nothing to Descope.");
  await run(["migrate", "--dry-run"], people);
  const afterDryRun = writes();
  output.line(`writes that Descope saw: ${afterDryRun}`);

  step(
    "3. c2d migrate",
    "Creates attributes and roles, then users in batches, then reads everything back and compares.",
  );
  const first = await migrate();
  if (first !== undefined) printResult(first, output);
  const afterFirst = writes();
  output.line(`writes that Descope saw: ${afterFirst - afterDryRun}`);

  step("4. c2d migrate, again", "Everything is there already, so nothing is written.");
  const second = await migrate();
  if (second !== undefined) printResult(second, output);
  const again = writes() - afterFirst;
  output.line(`writes that Descope saw: ${again}`);

  step(
    "5. c2d reconcile --sign-in 9",
    "Compares every planned field of every user, signs users of every kind in, and checks their tokens.",
    "The reports are in the demo's directory, which is removed at its end.",
  );
  await run(["reconcile", "--sign-in", "9"], people);
  const complete = worst === EXIT_CODES.done && afterDryRun === 0 && again === 0;
  output.line();
  output.line(
    complete
      ? `${formatCount(first?.users.read ?? 0)} users read, ${formatCount(first?.users.created ?? 0)} created, ${second?.reconcile.discrepancies ?? 0} discrepancies`
      : "the demo did not come out as it should: see above",
  );
  output.document({ dryRunWrites: afterDryRun, first: first ?? null, second: second ?? null, secondWrites: again });
  return complete ? EXIT_CODES.done : Math.max(worst, EXIT_CODES.incomplete);
}

function printResult({ users, roles, attributes, reconcile }: MigrationResult, output: Output): void {
  const { read, created, updated, unchanged, skipped, failed } = users;
  output.line(
    `  ${formatCount(read)} users read: ${formatCount(created)} created, ${formatCount(updated)} updated, ${formatCount(unchanged)} unchanged, ${formatCount(skipped)} left out, ${formatCount(failed)} failed`,
  );
  output.line(`  ${roles.created} roles and ${attributes.created} attributes created`);
  output.line(`  ${formatCount(reconcile.checked)} users compared, ${reconcile.discrepancies} discrepancies`);
}

/** Only what the sandbox said: no credentials of the operator's get near the demo. */
function variablesOf(sandbox: Sandbox, { variables }: CliHost): CliHost["variables"] {
  return {
    NO_COLOR: variables["NO_COLOR"],
    AWS_ACCESS_KEY_ID: "sandbox",
    AWS_SECRET_ACCESS_KEY: "sandbox",
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: sandbox.cognito,
    COGNITO_USER_POOL_ID: sandbox.userPoolId,
    COGNITO_REGION: sandbox.region,
    DESCOPE_PROJECT_ID: sandbox.projectId,
    DESCOPE_MANAGEMENT_KEY: sandbox.managementKey,
    DESCOPE_BASE_URL: sandbox.descope,
  };
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString("utf8"));
      done();
    },
  });
  return { stream, text: () => chunks.join("") };
}
