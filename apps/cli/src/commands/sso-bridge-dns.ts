import { join, resolve } from "node:path";
import { type DnsChange, dnsChangeProblem, type DnsProvider, emitDnsChange } from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { type BridgeFileOptions, bridgeFiles, readBridgeConfig } from "../sso/bridge-files.ts";

interface DnsOptions extends BridgeFileOptions {
  readonly target: string;
  readonly host?: string;
  readonly record?: DnsChange["record"];
  readonly ttl?: number;
  readonly zoneId?: string;
  readonly output?: string;
}

/** Writes the change of DNS that brings a host to the bridge, step by step, with the way back. Changes nothing itself. */
export const ssoBridgeDns: Command<DnsOptions> = async ({ host, output, options, operands }) => {
  const [provider] = operands as readonly [DnsProvider];
  const { hosts } = await readBridgeConfig(bridgeFiles(host.cwd, options));
  // A bridge beside Cognito has a name of its own, which points nowhere yet.
  const moved = hosts.filter(({ upstreamClient }) => upstreamClient === undefined);
  const found = options.host === undefined ? moved : moved.filter((one) => one.host === options.host);
  const [one, another] = found;
  if (one === undefined || another !== undefined) {
    throw usageError(
      one === undefined ? "the bridge has no such host" : "the bridge has several hosts",
      `name one with --host: ${moved.map((each) => each.host).join(", ") || "it has none that moves"}`,
    );
  }
  const change: DnsChange = {
    host: one.host,
    distribution: new URL(one.upstream).hostname,
    target: options.target.toLowerCase(),
    record: options.record ?? "cname",
    ttlSeconds: options.ttl ?? 300,
    zoneId: options.zoneId,
  };
  const problem = dnsChangeProblem(change);
  if (problem !== undefined) throw usageError(problem);
  const directory = resolve(host.cwd, options.output ?? "c2d-dns");
  const files = emitDnsChange(provider, change);
  for (const { name, text } of files) await writeFileWhole(join(directory, name), [text], 0o644);
  output.line(`${files.map(({ name }) => name).join(", ")} written to ${directory}`);
  output.line("  begin with runbook.md: the certificate comes before any change of DNS");
  output.document({ provider, ...change, files: files.map(({ name }) => join(directory, name)) });
  return EXIT_CODES.done;
};
