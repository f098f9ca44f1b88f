import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { CONNECTION_MODES, MigrationError, modeOf } from "@cognito-to-descope/core";
import { type FileBridge, serveFiles, serveMetrics } from "@cognito-to-descope/gateway";
import { readEnvironment } from "../config/env.ts";
import { showError, usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { parseListenAddress } from "../gateway/listen-address.ts";
import { type BridgeFileOptions, bridgeFiles, readBridgeConfig } from "../sso/bridge-files.ts";
import { decisionLine, openDecisionLog } from "../sso/decision-log.ts";
import { checkStateSecrets } from "../sso/state-secrets.ts";
import { systemClock } from "../system.ts";

interface SsoBridgeOptions extends BridgeFileOptions {
  readonly listen?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly upstreamCa?: string;
  readonly metricsListen?: string;
}

/**
 * Answers a pool's custom domain in place of Cognito until a signal comes, and says in one JSON line where it listens. Each
 * decision about a response is one JSON line on standard error and in the decision log.
 */
export const ssoBridge: Command<SsoBridgeOptions> = async ({ host, output, options }) => {
  const files = bridgeFiles(host.cwd, options);
  const config = await readBridgeConfig(files);
  const { tlsCert, tlsKey } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw usageError("--tls-cert and --tls-key belong together", "name both files, or neither behind a load balancer");
  }
  const stateSecrets = (readEnvironment(host.cwd, host.variables).bridgeStateSecrets ?? []).map((one) => one.reveal());
  checkStateSecrets(config, stateSecrets);
  const [decisionFile = ""] = files.decisions;
  await using log = await openDecisionLog(decisionFile, () =>
    output.note(`warning: ${basename(decisionFile)} cannot be written: decisions are on standard error only`),
  );
  const { metricsListen } = options;
  const metrics =
    metricsListen === undefined
      ? undefined
      : (await import("@cognito-to-descope/gateway/metrics")).createBridgeMetrics();
  await using aside =
    metrics === undefined || metricsListen === undefined
      ? undefined
      : await serveMetrics(metrics, parseListenAddress(metricsListen, "--metrics-listen"), systemClock);
  let bridge: FileBridge | undefined;
  await using served = await serveFiles({
    configFile: files.config,
    modesFile: files.modes,
    certificateFiles:
      tlsCert === undefined || tlsKey === undefined
        ? undefined
        : { cert: resolve(host.cwd, tlsCert), key: resolve(host.cwd, tlsKey) },
    stateSecrets,
    listen: parseListenAddress(options.listen ?? "127.0.0.1:8443", "--listen"),
    clock: systemClock,
    newId: () => randomBytes(16).toString("hex"),
    upstreams: {
      ca: options.upstreamCa === undefined ? undefined : await readPem(resolve(host.cwd, options.upstreamCa)),
    },
    onDecision: (entry) => {
      log.add(entry);
      metrics?.decided(entry);
      output.note(decisionLine(entry));
    },
    onPassThrough: (name, status) => metrics?.passed(name, status),
    onNews: ({ file, what, error }) => {
      const problem = error === undefined ? "" : `: ${showError(error).message}`;
      const how = file === "modes" && bridge !== undefined ? `: ${countModes(bridge.current())}` : "";
      output.note(
        what === "taken" ? `note: the ${file} changed${how}` : `warning: the ${file} stays as it was${problem}`,
      );
    },
  });
  bridge = served;
  await output.data(`${JSON.stringify({ url: served.url, ...(aside === undefined ? {} : { metrics: aside.url }) })}\n`);
  if (!host.signal.aborted) {
    await new Promise<void>((ended) => host.signal.addEventListener("abort", () => ended(), { once: true }));
  }
  return EXIT_CODES.done;
};

/** How many connections are in each mode. */
function countModes({ config, modes }: ReturnType<FileBridge["current"]>): string {
  const all = [...config.hosts.values()].flatMap(({ byName }) => [...byName.values()]);
  return CONNECTION_MODES.map((mode) => `${mode} ${all.filter(({ key }) => modeOf(modes, key) === mode).length}`).join(
    ", ",
  );
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw usageErrorOf(path, error);
  }
}

function usageErrorOf(path: string, cause: unknown): MigrationError {
  return new MigrationError("ERR_USAGE", `${basename(path)} cannot be read`, { cause, suggestion: "name a PEM file" });
}
