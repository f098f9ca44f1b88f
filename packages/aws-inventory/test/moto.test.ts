import { APIGatewayClient, CreateAuthorizerCommand, CreateRestApiCommand } from "@aws-sdk/client-api-gateway";
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand as CreateHttpAuthorizerCommand,
  CreateRouteCommand,
} from "@aws-sdk/client-apigatewayv2";
import { CreateGraphqlApiCommand, AppSyncClient } from "@aws-sdk/client-appsync";
import { CognitoIdentityClient, CreateIdentityPoolCommand } from "@aws-sdk/client-cognito-identity";
import { CreateOpenIDConnectProviderCommand, IAMClient } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { readInventory } from "@cognito-to-descope/aws-inventory";
import { hasMoto, startMoto } from "../../cognito/test/support/emulators.ts";

const REGION = "eu-west-1";
const userPoolId = "eu-west-1_AbCdEf123";
const provider = `cognito-idp.${REGION}.amazonaws.com/${userPoolId}`;

test.skipIf(!hasMoto())("an account in moto is looked through as one of AWS (needs moto with its server)", async () => {
  await using moto = await startMoto();
  const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" };
  const config = { region: REGION, endpoint: moto.url, credentials };
  const rest = new APIGatewayClient(config);
  const { id: restApiId } = await rest.send(new CreateRestApiCommand({ name: "orders" }));
  await rest.send(
    new CreateAuthorizerCommand({
      restApiId,
      name: "pool",
      type: "COGNITO_USER_POOLS",
      providerARNs: [`arn:aws:cognito-idp:${REGION}:123456789012:userpool/${userPoolId}`],
      identitySource: "method.request.header.Authorization",
    }),
  );
  const http = new ApiGatewayV2Client(config);
  const { ApiId } = await http.send(new CreateApiCommand({ Name: "web", ProtocolType: "HTTP" }));
  const { AuthorizerId } = await http.send(
    new CreateHttpAuthorizerCommand({
      ApiId,
      Name: "pool",
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: `https://${provider}`, Audience: ["c"] },
    }),
  );
  await http.send(new CreateRouteCommand({ ApiId, RouteKey: "GET /me", AuthorizationType: "JWT", AuthorizerId }));
  await new AppSyncClient(config).send(
    new CreateGraphqlApiCommand({
      name: "graph",
      authenticationType: "AMAZON_COGNITO_USER_POOLS",
      userPoolConfig: { userPoolId, awsRegion: REGION, defaultAction: "ALLOW" },
    }),
  );
  await new CognitoIdentityClient(config).send(
    new CreateIdentityPoolCommand({
      IdentityPoolName: "app",
      AllowUnauthenticatedIdentities: false,
      CognitoIdentityProviders: [{ ProviderName: provider, ClientId: "c" }],
    }),
  );
  await new IAMClient(config).send(
    new CreateOpenIDConnectProviderCommand({
      Url: `https://${provider}`,
      ClientIDList: ["c"],
      ThumbprintList: ["a".repeat(40)],
    }),
  );

  const { uses, remarks } = await readInventory(
    { region: REGION, endpoint: moto.url, credentials: () => Promise.resolve(credentials) },
    [{ userPoolId, region: REGION }],
  );
  expect(uses.map(({ service, name, usedIn }) => [service, name, ...usedIn])).toEqual([
    ["api-gateway-rest", "pool of orders"],
    ["appsync", "graph", "default authorization mode"],
    ["identity-pool", "app", "app client c", "roles could not be read"],
    ["iam", `arn:aws:iam::123456789012:oidc-provider/${provider}`],
  ]);
  // moto 5 has no listing of the authorizers of HTTP APIs and none of the roles of identity pools.
  expect(remarks.map(({ service }) => service)).toEqual(["api-gateway-http", "identity-pool"]);
});
