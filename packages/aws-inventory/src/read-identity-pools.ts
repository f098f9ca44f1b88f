import type { GetIdentityPoolRolesResponse } from "@aws-sdk/client-cognito-identity";
import { follow, nameOr, namedBy, type ServiceReader } from "./service-reader.ts";

/** Identity pools: the user pools behind them, and what chooses the roles. */
export const readIdentityPools: ServiceReader = async ({ config, pools, signal, found }) => {
  const { CognitoIdentityClient, DescribeIdentityPoolCommand, GetIdentityPoolRolesCommand, ListIdentityPoolsCommand } =
    await import("@aws-sdk/client-cognito-identity");
  const client = new CognitoIdentityClient(config);
  const send = { abortSignal: signal };
  let failure: unknown;
  try {
    const listed = follow(
      (NextToken) => client.send(new ListIdentityPoolsCommand({ MaxResults: 60, NextToken }), send),
      ({ NextToken }) => NextToken,
    );
    for await (const { IdentityPools = [] } of listed) {
      for (const { IdentityPoolId = "" } of IdentityPools) await readPool(IdentityPoolId);
    }
    if (failure !== undefined) throw failure as Error;
  } finally {
    client.destroy();
  }

  async function readPool(IdentityPoolId: string): Promise<void> {
    const described = await client.send(new DescribeIdentityPoolCommand({ IdentityPoolId }), send);
    const { IdentityPoolName = "", AllowUnauthenticatedIdentities, CognitoIdentityProviders = [] } = described;
    const trusting = namedBy(pools, ...CognitoIdentityProviders.map(({ ProviderName }) => ProviderName));
    if (trusting.length === 0) return;
    const roles = await readRoles(IdentityPoolId);
    const { RoleMappings = {}, Roles = {} } = roles ?? {};
    for (const pool of trusting) {
      const clients = CognitoIdentityProviders.filter(({ ProviderName }) => pool.isNamedBy(ProviderName));
      const mapped = Object.entries(RoleMappings).filter(([provider]) =>
        pool.isNamedBy(provider.slice(0, provider.lastIndexOf(":"))),
      );
      const byToken = mapped.some(([, { Type }]) => Type === "Token");
      found({
        service: "identity-pool",
        certainty: "trusts",
        userPoolId: pool.userPoolId,
        kind: "login provider of an identity pool",
        id: IdentityPoolId,
        name: nameOr(IdentityPoolId, IdentityPoolName),
        usedIn: [
          ...clients.map(({ ClientId = "" }) => `app client ${ClientId}`),
          ...mapped.map(([, { Type = "" }]) => `roles by ${Type}`),
          ...(roles === undefined ? ["roles could not be read"] : []),
        ],
        change: `Descope as an OIDC provider beside it, and both logins of each user linked${
          byToken ? "; roles by cognito:preferred_role need rules instead" : ""
        }`,
        targets: ["identity-pool"],
        options: {
          identityPoolId: IdentityPoolId,
          identityPoolName: IdentityPoolName,
          guests: AllowUnauthenticatedIdentities === true ? "allow" : "deny",
          ...(Roles["authenticated"] === undefined ? {} : { authenticatedRoleArn: Roles["authenticated"] }),
        },
      });
    }
  }

  /** A pool trusts what it trusts, whether its roles can be read or not. */
  async function readRoles(IdentityPoolId: string): Promise<GetIdentityPoolRolesResponse | undefined> {
    try {
      return await client.send(new GetIdentityPoolRolesCommand({ IdentityPoolId }), send);
    } catch (error) {
      signal.throwIfAborted();
      failure ??= error;
      return undefined;
    }
  }
};
