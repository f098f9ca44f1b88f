import { DEFAULT_CONNECTOR_NAME, parseGatewayUrl } from "@cognito-to-descope/core";
import { createConnectors, createFlows } from "@cognito-to-descope/descope";
import { readEnvironment } from "../config/env.ts";
import { type CheckResult } from "../doctor/check.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { probeConnector } from "../jit-setup/probe-connector.ts";
import { probeGateway } from "../jit-setup/probe-gateway.ts";
import { targetOptions } from "../open-target.ts";
import { printable } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";

interface CheckOptions {
  readonly gateway: string;
  readonly throughDescope?: boolean;
  readonly connectorName?: string;
}

const STYLES = { ok: "green", warn: "yellow", fail: "red" } as const;

/** Tries the gateway out without a user, from here and on request from Descope. */
export const jitCheck: Command<CheckOptions> = async (invocation) => {
  const { output } = invocation;
  const results: CheckResult[] = [];
  for await (const result of checks(invocation)) {
    results.push(result);
    const { check, detail, advice } = result;
    output.line(`${output.style(STYLES[result.result], result.result.padEnd(5))} ${check}: ${printable(detail)}`);
    if (advice !== undefined) output.line(`      ${advice}`);
  }
  const failures = results.filter(({ result }) => result === "fail").length;
  output.line();
  output.line(failures === 0 ? "all is in order" : `${failures} of ${results.length} checks failed`);
  output.document({ ok: failures === 0, checks: results });
  return failures === 0 ? EXIT_CODES.done : EXIT_CODES.incomplete;
};

async function* checks(invocation: Invocation<CheckOptions>): AsyncGenerator<CheckResult> {
  const { host, options } = invocation;
  const { baseUrl } = parseGatewayUrl(options.gateway);
  const { tokens = [], hmacSecrets = [] } = readEnvironment(host.cwd, host.variables).jit ?? {};
  const token = tokens[0]?.reveal();
  if (token === undefined) {
    throw usageError(
      "the gateway's token is not known here",
      "run this where `c2d jit setup` left .env.c2d-jit, or set C2D_JIT_TOKEN and C2D_JIT_HMAC_SECRET",
    );
  }
  const secrets = { token, hmacSecret: hmacSecrets[0]?.reveal() ?? "" };
  yield* probeGateway({ baseUrl, secrets, signal: host.signal });
  if (options.throughDescope !== true) return;
  const target = targetOptions(await prepareConfig(invocation, { source: false, target: true }));
  const { connectorName = DEFAULT_CONNECTOR_NAME } = options;
  yield await probeConnector(createFlows(target), createConnectors(target), connectorName, { signal: host.signal });
}
