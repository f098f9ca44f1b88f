import type { PoolSnapshot } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { type CheckContext, type CheckResult, failed, ok } from "../doctor/check.ts";
import { checkDisk, checkNode, checkState } from "../doctor/check-machine.ts";
import { checkJit } from "../doctor/check-jit.ts";
import { checkSources } from "../doctor/check-source.ts";
import { checkTarget, probeTarget } from "../doctor/check-target.ts";
import { ConfigInvalid } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import type { Output } from "../output/output.ts";
import { printable } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";

const STYLES = { ok: "green", warn: "yellow", fail: "red" } as const;

/** Checks whatever a migration needs, and says what to do about what is not in order. */
export const doctor: Command<{ readonly probe?: boolean }> = async (invocation) => {
  const { output } = invocation;
  const results: CheckResult[] = [];
  for await (const result of checks(invocation)) {
    results.push(result);
    print(result, output);
  }
  const failures = results.filter(({ result }) => result === "fail").length;
  output.line();
  output.line(failures === 0 ? "all is in order" : `${failures} of ${results.length} checks failed`);
  output.document({ ok: failures === 0, checks: results });
  return failures === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
};

async function* checks(invocation: Invocation<{ readonly probe?: boolean }>): AsyncGenerator<CheckResult> {
  yield checkNode();
  let config: Config;
  try {
    config = await prepareConfig(invocation, { source: true, target: true });
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) yield failed("config", error);
    else {
      for (const { path, message } of error.problems) {
        yield { check: `config${path === "" ? "" : ` ${path}`}`, result: "fail", detail: message };
      }
    }
    return;
  }
  yield ok("config", config.file ?? "from the environment alone");
  const context: CheckContext = { config, signal: invocation.host.signal };
  yield await checkState(context);
  let users = 0;
  const pools: PoolSnapshot[] = [];
  for await (const result of checkSources(context, (pool) => pools.push(pool))) {
    users += Number(/about (\d+) users/.exec(result.detail)?.[1] ?? 0);
    yield result;
  }
  yield await checkDisk(context, users);
  yield* checkTarget(context);
  yield* checkJit(context, pools);
  if (invocation.options.probe === true) yield* probeTarget(context);
}

function print({ check, result, detail, advice }: CheckResult, output: Output): void {
  output.line(`${output.style(STYLES[result], result.padEnd(5))} ${check}: ${printable(detail)}`);
  for (const line of (advice ?? "").split("\n")) if (line !== "") output.line(`      ${printable(line)}`);
}
