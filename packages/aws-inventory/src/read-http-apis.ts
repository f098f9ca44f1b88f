import type { Api, Authorizer } from "@aws-sdk/client-apigatewayv2";
import { follow, nameOr, namedBy, type Search, type ServiceReader } from "./service-reader.ts";

/** HTTP and WebSocket APIs of API Gateway: their authorizers, and the routes that use them. */
export const readHttpApis: ServiceReader = async (search) => {
  const { config, signal } = search;
  const { ApiGatewayV2Client, GetApisCommand, GetAuthorizersCommand, GetRoutesCommand } =
    await import("@aws-sdk/client-apigatewayv2");
  const client = new ApiGatewayV2Client(config);
  const send = { abortSignal: signal };
  try {
    const apis = follow(
      (NextToken) => client.send(new GetApisCommand({ NextToken }), send),
      ({ NextToken }) => NextToken,
    );
    for await (const { Items = [] } of apis) for (const api of Items) await readApi(api);
  } finally {
    client.destroy();
  }

  async function readApi(api: Api): Promise<void> {
    const { ApiId } = api;
    const authorizers: Authorizer[] = [];
    const listed = follow(
      (NextToken) => client.send(new GetAuthorizersCommand({ ApiId, NextToken }), send),
      ({ NextToken }) => NextToken,
    );
    for await (const { Items = [] } of listed) authorizers.push(...Items);
    const sought = authorizers.filter(
      ({ AuthorizerType, JwtConfiguration }) =>
        AuthorizerType === "REQUEST" || namedBy(search.pools, JwtConfiguration?.Issuer).length > 0,
    );
    if (sought.length === 0) return;
    const routes = new Map<string, string[]>();
    const listedRoutes = follow(
      (NextToken) => client.send(new GetRoutesCommand({ ApiId, NextToken }), send),
      ({ NextToken }) => NextToken,
    );
    for await (const { Items = [] } of listedRoutes) {
      for (const { RouteKey = "", AuthorizerId = "", AuthorizationScopes = [] } of Items) {
        const scopes = AuthorizationScopes.length === 0 ? "" : ` (scopes ${AuthorizationScopes.join(", ")})`;
        routes.set(AuthorizerId, [...(routes.get(AuthorizerId) ?? []), `${RouteKey}${scopes}`]);
      }
    }
    for (const authorizer of sought) report(search, api, authorizer, routes.get(authorizer.AuthorizerId ?? "") ?? []);
  }
};

function report({ pools, found }: Search, api: Api, authorizer: Authorizer, usedIn: readonly string[]): void {
  const { AuthorizerId = "", Name, AuthorizerType = "", JwtConfiguration } = authorizer;
  const isWebSocket = api.ProtocolType === "WEBSOCKET";
  const base = {
    service: "api-gateway-http",
    kind: `${AuthorizerType} authorizer`,
    id: AuthorizerId,
    name: `${nameOr(AuthorizerId, Name)} of ${nameOr(api.ApiId ?? "", api.Name)}`,
    usedIn,
    options: { apiId: api.ApiId ?? "" },
  } as const;
  if (AuthorizerType === "JWT") {
    for (const { userPoolId } of namedBy(pools, JwtConfiguration?.Issuer)) {
      found({
        ...base,
        certainty: "trusts",
        userPoolId,
        change: "a Lambda authorizer that verifies both kinds of token, then the JWT authorizer of Descope",
        targets: ["http-api-lambda", "http-api-jwt"],
      });
    }
    return;
  }
  for (const { userPoolId } of pools) {
    found({
      ...base,
      certainty: "look",
      userPoolId,
      change: "see which tokens its function accepts, and let it verify both",
      targets: isWebSocket ? [] : ["http-api-lambda"],
    });
  }
}
