import {
  callbackUrls,
  compileBridgeConfig,
  descopeApiUrl,
  makeBridgeConfig,
  type SsoRecord,
} from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command } from "../invocation.ts";
import { printable } from "../output/printable.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { prepareConfig } from "../prepare.ts";
import { bridgeFiles, type BridgeFileOptions } from "../sso/bridge-files.ts";
import { readingOf, readPools } from "../sso/open-sso.ts";

interface BridgeConfigOptions extends BridgeFileOptions {
  readonly descopeDomain?: string;
  readonly upstream?: string;
}

/** Reads the pools and writes the bridge's config: connections, identifiers, entity IDs, and where sign-ins may return to. */
export const ssoBridgeConfig: Command<BridgeConfigOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const config = await prepareConfig(invocation, { source: true, target: false, project: true });
  const { projectId = "", baseUrl } = config.project ?? {};
  const records = await readRecords(config, projectId);
  using pools = await readPools(readingOf(invocation), config, records);
  const apiUrl = new URL(descopeApiUrl(projectId, baseUrl)).origin;
  const { descopeDomain } = options;
  const made = makeBridgeConfig({
    pools: pools.read.pools,
    connections: pools.read.connections.map(({ connection }) => connection),
    projectId,
    descopeBaseUrl: descopeDomain === undefined ? apiUrl : `https://${descopeDomain}`,
    oidcRedirectUrls: callbackUrls(apiUrl, descopeDomain),
    sso: config.sso.options,
  });
  if (made.config.hosts.length === 0) {
    throw usageError(
      "no pool has a domain that a bridge could answer",
      "only a custom domain can be pointed elsewhere; see `sso.upstreamVia` for a bridge beside Cognito",
    );
  }
  const written =
    options.upstream === undefined
      ? made.config
      : { ...made.config, hosts: made.config.hosts.map((one) => ({ ...one, upstream: options.upstream ?? "" })) };
  compileBridgeConfig(written);
  const files = bridgeFiles(host.cwd, options);
  await writeFileWhole(files.config, [`${JSON.stringify(written, undefined, 2)}\n`], 0o644);
  output.line(`${files.config} written`);
  for (const { host: name, connections } of written.hosts) {
    output.line(`  ${name}: ${connections.length} ${connections.length === 1 ? "connection" : "connections"}`);
  }
  for (const key of made.unbridged) output.line(`  stays Cognito's: ${printable(key)}; c2d sso assess says why`);
  for (const pool of made.poolsWithoutHost) output.line(`  no domain to answer: ${pool}`);
  output.document({
    file: files.config,
    hosts: written.hosts.map(({ host: name, userPoolId, connections }) => ({
      host: name,
      userPoolId,
      connections: connections.length,
    })),
    unbridged: made.unbridged,
    poolsWithoutHost: made.poolsWithoutHost,
  });
  return EXIT_CODES.done;
};

async function readRecords(config: Config, projectId: string): Promise<readonly SsoRecord[]> {
  await using store = await config.state.open();
  return await store.readSsoRecords(projectId);
}
