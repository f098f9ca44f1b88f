import type { Authorizer, RestApi } from "@aws-sdk/client-api-gateway";
import { follow, nameOr, namedBy, type Search, type ServiceReader } from "./service-reader.ts";

/** REST APIs of API Gateway: their authorizers, and the methods that use them. */
export const readRestApis: ServiceReader = async (search) => {
  const { config, signal } = search;
  const { APIGatewayClient, GetAuthorizersCommand, GetResourcesCommand, GetRestApisCommand } =
    await import("@aws-sdk/client-api-gateway");
  const client = new APIGatewayClient(config);
  const send = { abortSignal: signal };
  try {
    const apis = follow(
      (position) => client.send(new GetRestApisCommand({ limit: 500, position }), send),
      ({ position }) => position,
    );
    for await (const { items = [] } of apis) for (const api of items) await readApi(api);
  } finally {
    client.destroy();
  }

  async function readApi(api: RestApi): Promise<void> {
    const restApiId = api.id ?? "";
    const authorizers: Authorizer[] = [];
    const listed = follow(
      (position) => client.send(new GetAuthorizersCommand({ restApiId, limit: 500, position }), send),
      ({ position }) => position,
    );
    for await (const { items = [] } of listed) authorizers.push(...items);
    const sought = authorizers.filter((authorizer) => isSought(search, authorizer));
    if (sought.length === 0) return;
    const methods = new Map<string, string[]>();
    const resources = follow(
      (position) => client.send(new GetResourcesCommand({ restApiId, embed: ["methods"], limit: 500, position }), send),
      ({ position }) => position,
    );
    for await (const { items = [] } of resources) {
      for (const { path = "", resourceMethods = {} } of items) {
        for (const [httpMethod, { authorizerId = "", authorizationScopes = [] }] of Object.entries(resourceMethods)) {
          const scopes = authorizationScopes.length === 0 ? "" : ` (scopes ${authorizationScopes.join(", ")})`;
          methods.set(authorizerId, [...(methods.get(authorizerId) ?? []), `${httpMethod} ${path}${scopes}`]);
        }
      }
    }
    for (const authorizer of sought) report(search, api, authorizer, methods.get(authorizer.id ?? "") ?? []);
  }
};

function isSought({ pools }: Search, { type, providerARNs = [] }: Authorizer): boolean {
  return type === "COGNITO_USER_POOLS" ? namedBy(pools, ...providerARNs).length > 0 : type !== undefined;
}

function report({ pools, found }: Search, api: RestApi, authorizer: Authorizer, methods: readonly string[]): void {
  const { id = "", name, providerARNs = [] } = authorizer;
  // JWT is a type that the SDK does not know yet.
  const type: string = authorizer.type ?? "";
  const base = {
    service: "api-gateway-rest",
    kind: `${type} authorizer`,
    id,
    name: `${nameOr(id, name)} of ${nameOr(api.id ?? "", api.name)}`,
    usedIn: methods,
    targets: ["rest-api-jwt", "rest-api-lambda"],
    options: { apiId: api.id ?? "" },
  } as const;
  if (type === "COGNITO_USER_POOLS") {
    for (const { userPoolId } of namedBy(pools, ...providerARNs)) {
      found({
        ...base,
        certainty: "trusts",
        userPoolId,
        change: "an authorizer that knows both issuers, on each method, and a deployment of each stage",
      });
    }
    return;
  }
  for (const { userPoolId } of pools) {
    found({
      ...base,
      certainty: "look",
      userPoolId,
      change:
        type === "JWT"
          ? "see which issuers it lists: the AWS SDK does not show them yet"
          : "see which tokens its function accepts, and let it verify both",
    });
  }
}
