import type { IdentityProviderType } from "@aws-sdk/client-cognito-identity-provider";
import { dnsSuffixOf, hasCode, Secret } from "@cognito-to-descope/core";
import type {
  AbortableOptions,
  AppClient,
  ConnectionProvider,
  CustomDomain,
  PoolConnections,
} from "@cognito-to-descope/core";

import { unexpectedAnswer } from "./errors.ts";
import { mapIdentityProvider } from "./map-pool.ts";
import { readAppClients, readIdentityProviders } from "./read-snapshot.ts";
import type { SnapshotReader } from "./read-snapshot.ts";
import { runTogether } from "./run-together.ts";

/** Reads providers with their secrets, app clients, and what stands behind the pool's domains. */
export async function readConnections(reader: SnapshotReader, signal?: AbortSignal): Promise<PoolConnections> {
  const { userPoolId, region } = reader;
  const described = await reader.call(
    "DescribeUserPool",
    {},
    {
      signal,
      check: ({ UserPool }) =>
        UserPool?.Id === userPoolId ? undefined : unexpectedAnswer("DescribeUserPool", "without the pool"),
    },
  );
  const pool = described.UserPool ?? {};
  reader.onArn(pool.Arn);
  let appClients: readonly AppClient[] = [];
  let providers: readonly ConnectionProvider[] = [];
  let customDomain: CustomDomain | undefined;
  const parts: readonly ((signal: AbortSignal) => Promise<void>)[] = [
    async (either) => {
      appClients = await readAppClients(reader, either);
    },
    async (either) => {
      providers = await readIdentityProviders(reader, mapConnectionProvider, either);
    },
    async (either) => {
      if (pool.CustomDomain) customDomain = await readDomain(reader, pool.CustomDomain, either);
    },
  ];
  await runTogether(parts, parts.length, (part, either) => part(either), signal);
  return {
    userPoolId,
    region,
    ...(customDomain === undefined ? {} : { customDomain }),
    ...(pool.Domain ? { prefixHost: prefixHost(pool.Domain, region) } : {}),
    appClients,
    providers,
  };
}

/** The secret of an app client; undefined when it has none, or there is no such client. */
export async function readClientSecret(
  reader: SnapshotReader,
  clientId: string,
  { signal }: AbortableOptions,
): Promise<Secret | undefined> {
  let secret: string | undefined;
  try {
    const answer = await reader.call("DescribeUserPoolClient", { ClientId: clientId }, { signal });
    secret = answer.UserPoolClient?.ClientSecret;
  } catch (error) {
    if (!hasCode(error, "ERR_SOURCE_POOL_NOT_FOUND")) throw error;
  }
  return secret === undefined || secret === "" ? undefined : new Secret(secret);
}

/** The host of a domain that AWS owns; see facts.md. */
function prefixHost(prefix: string, region: string): string {
  const part = region.startsWith("us-gov-") ? "auth-fips" : "auth";
  const suffix = dnsSuffixOf(region).replace("amazonaws", "amazoncognito");
  return `${prefix}.${part}.${region}.${suffix}`;
}

/** Like {@link mapIdentityProvider}, with the client's secret as one. */
function mapConnectionProvider(provider: IdentityProviderType): ConnectionProvider {
  const secret = provider.ProviderDetails?.["client_secret"];
  return {
    ...mapIdentityProvider(provider),
    ...(secret === undefined || secret === "" ? {} : { secret: new Secret(secret) }),
  };
}

async function readDomain(reader: SnapshotReader, host: string, signal: AbortSignal): Promise<CustomDomain> {
  const answer = await reader.call("DescribeUserPoolDomain", { Domain: host }, { signal, ifMissing: {} });
  const { CloudFrontDistribution, CustomDomainConfig, Status } = answer.DomainDescription ?? {};
  return {
    host: host.toLowerCase(),
    cloudFrontDistribution: CloudFrontDistribution ?? "",
    certificateArn: CustomDomainConfig?.CertificateArn ?? "",
    status: Status ?? "",
  };
}
