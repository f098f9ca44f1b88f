import { join, resolve } from "node:path";
import { minimalPolicy, regionOfUserPoolId } from "@cognito-to-descope/cognito";
import {
  GATEWAY_FUNCTION_FILES,
  type GatewayFunctionOptions,
  type GatewayFunctionPool,
  type GatewayFunctionSettings,
  gatewayTemplate,
} from "@cognito-to-descope/core";
import { stringify } from "yaml";
import { readGatewayBundle } from "../aws/gateway-bundle.ts";
import type { Config } from "../config/config.ts";
import { findConfigFile, readWrittenConfig } from "../config/load.ts";
import type { WrittenConfig } from "../config/written-config.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { functionConfig } from "../gateway-function/function-config.ts";
import type { Command } from "../invocation.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { prepareConfig } from "../prepare.ts";

interface EmitGatewayOptions {
  readonly jit?: boolean;
  readonly exchange?: readonly string[];
  readonly exchangeOrigin?: readonly string[];
  readonly exchangeCookies?: boolean;
  readonly exchangeRevoke?: boolean;
  readonly endpoint?: GatewayFunctionOptions["endpoint"];
  readonly name?: string;
  readonly vpc?: boolean;
  readonly output?: string;
}

/** Reading users is no part of it: they come one by one, with their passwords. */
const LISTING = new Set(["cognito-idp:ListUsers", "cognito-idp:ListUsersInGroup"]);

/** Writes the code of the function, what it is told, and a template that creates it. */
export const emitGateway: Command<EmitGatewayOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const { jit = false, exchange: clientIds, name = "c2d-gateway", endpoint = "function-url", vpc = false } = options;
  if (!jit && clientIds === undefined) {
    throw usageError("the function would serve nothing", "say what it is for: --jit, --exchange, or both");
  }
  if (!/^[A-Za-z0-9-]{1,40}$/.test(name)) {
    throw usageError("--name takes 1 to 40 letters, digits and hyphens", "for example c2d-gateway");
  }
  const config = await prepareConfig(invocation, { source: true, target: false, project: true });
  const written = await readWrittenConfig(findConfigFile(host.cwd, options.config));
  const settings: GatewayFunctionSettings = {
    jit,
    exchange: clientIds && {
      clientIds,
      origins: options.exchangeOrigin ?? [],
      cookies: options.exchangeCookies ?? false,
      revoke: options.exchangeRevoke ?? false,
    },
  };
  const pools = poolsOf(config);
  const template = gatewayTemplate({
    name,
    endpoint,
    pools,
    inVpc: vpc,
    signedOperations: jit ? signedOperations(pools, written as WrittenConfig) : [],
  });
  const directory = resolve(host.cwd, options.output ?? "c2d-gateway");
  const bundle = await readGatewayBundle();
  const code = [
    ...bundle,
    { name: GATEWAY_FUNCTION_FILES.settings, text: json(settings) },
    { name: GATEWAY_FUNCTION_FILES.config, text: json(functionConfig(written, config)) },
  ];
  const documents = [
    { name: "template.yaml", text: stringify(template, { lineWidth: 0, aliasDuplicateObjects: false }) },
    { name: "template.json", text: json(template) },
  ];
  const files = [
    ...documents.map((file) => ({ ...file, path: join(directory, file.name) })),
    ...code.map((file) => ({ ...file, path: join(directory, "code", file.name) })),
  ];
  for (const { path, text } of files) await writeFileWhole(path, [text], 0o644);
  output.line(`template.yaml, template.json and code (${code.length} files) written to ${directory}`);
  output.line("  next: put what is in `code` into an archive, the archive into a bucket of the region, and deploy");
  output.line("  template.yaml with the bucket, the key and the ARN of the secret; see docs/gateway.md");
  output.document({ name, endpoint, files: files.map(({ path }) => path) });
  return EXIT_CODES.done;
};

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function poolsOf({ sources }: Config): readonly GatewayFunctionPool[] {
  return sources.map(({ userPoolId, region }) => {
    const known = region ?? regionOfUserPoolId(userPoolId);
    if (known === undefined) throw usageError("a pool has no region", "name a pool ID that begins with its region");
    return { userPoolId, region: known };
  });
}

/** What the function asks of pools with the rights of its role, by what the config says. */
function signedOperations(pools: readonly GatewayFunctionPool[], { jit = {} }: WrittenConfig): readonly string[] {
  const [first] = pools;
  const reading = minimalPolicy({ region: first?.region ?? "us-east-1" })
    .Statement.flatMap(({ Action }) => Action)
    .filter((action) => !LISTING.has(action))
    .map((action) => action.replace("cognito-idp:", ""));
  const asAdmin = jit.pools?.filter(({ flow }) => flow === "admin") ?? [];
  const reads = jit.pools?.some(({ flow, readUsers }) => readUsers ?? flow === "admin") ?? false;
  const { afterMigration = "keep" } = jit;
  return [
    ...reading,
    ...(asAdmin.length > 0 ? ["AdminInitiateAuth"] : []),
    ...(reads ? ["AdminGetUser", "AdminListGroupsForUser"] : []),
    ...(afterMigration === "disable" ? ["AdminDisableUser"] : []),
    ...(typeof afterMigration === "object" ? ["AdminUpdateUserAttributes"] : []),
  ];
}
