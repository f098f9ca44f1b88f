import type { AdditionalAuthenticationProvider, Api, GraphqlApi } from "@aws-sdk/client-appsync";
import { follow, nameOr, namedBy, type Search, type ServiceReader, type SoughtPool } from "./service-reader.ts";

/** AppSync: GraphQL APIs with all their authorization modes, and Event APIs. */
export const readAppsync: ServiceReader = async (search) => {
  const { config, signal } = search;
  const { AppSyncClient, ListApisCommand, ListGraphqlApisCommand } = await import("@aws-sdk/client-appsync");
  const client = new AppSyncClient(config);
  const send = { abortSignal: signal };
  try {
    const graphql = follow(
      (nextToken) => client.send(new ListGraphqlApisCommand({ nextToken, maxResults: 25 }), send),
      ({ nextToken }) => nextToken,
    );
    for await (const { graphqlApis = [] } of graphql) for (const api of graphqlApis) reportGraphql(search, api);
    const events = follow(
      (nextToken) => client.send(new ListApisCommand({ nextToken, maxResults: 25 }), send),
      ({ nextToken }) => nextToken,
    );
    for await (const { apis = [] } of events) for (const api of apis) reportEvents(search, api);
  } finally {
    client.destroy();
  }
};

function reportGraphql(search: Search, api: GraphqlApi): void {
  const { apiId = "", name, additionalAuthenticationProviders = [] } = api;
  const modes: readonly AdditionalAuthenticationProvider[] = [api, ...additionalAuthenticationProviders];
  modes.forEach((mode, index) => {
    const { authenticationType = "", userPoolConfig, openIDConnectConfig } = mode;
    const base = {
      service: "appsync",
      kind: `${authenticationType} of a GraphQL API`,
      id: apiId,
      name: nameOr(apiId, name),
      usedIn: [index === 0 ? "default authorization mode" : "additional authorization mode"],
      targets: ["appsync-oidc", "appsync-lambda"],
      options: {
        apiId,
        apiName: name ?? "",
        ...(index === 0 && api.userPoolConfig?.defaultAction !== undefined
          ? { defaultAction: api.userPoolConfig.defaultAction }
          : {}),
      },
    } as const;
    for (const { userPoolId } of namedBy(search.pools, userPoolConfig?.userPoolId, openIDConnectConfig?.issuer)) {
      search.found({
        ...base,
        certainty: "trusts",
        userPoolId,
        change: "Descope as an OpenID Connect provider beside it, and directives in the schema",
      });
    }
    if (authenticationType === "AWS_LAMBDA") lookInto(search.pools, search, base);
  });
}

function reportEvents(search: Search, api: Api): void {
  const { apiId = "", name, eventConfig } = api;
  for (const { authType = "", cognitoConfig, openIDConnectConfig } of eventConfig?.authProviders ?? []) {
    const base = {
      service: "appsync",
      kind: `${authType} of an Event API`,
      id: apiId,
      name: nameOr(apiId, name),
      usedIn: ["authorization modes"],
      targets: [],
      options: {},
    } as const;
    for (const { userPoolId } of namedBy(search.pools, cognitoConfig?.userPoolId, openIDConnectConfig?.issuer)) {
      search.found({
        ...base,
        certainty: "trusts",
        userPoolId,
        change: "Descope as an OpenID Connect provider beside it, in the API's event configuration",
      });
    }
    if (authType === "AWS_LAMBDA") lookInto(search.pools, search, base);
  }
}

function lookInto(
  pools: readonly SoughtPool[],
  { found }: Search,
  base: Omit<Parameters<Search["found"]>[0], "certainty" | "userPoolId" | "change">,
): void {
  for (const { userPoolId } of pools) {
    found({
      ...base,
      certainty: "look",
      userPoolId,
      change: "see which tokens its function accepts, and let it verify both",
    });
  }
}
