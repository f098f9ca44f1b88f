import { defineTarget, type Target } from "../target.ts";
import { firstSteps, lastSteps } from "./first-steps.ts";
import { userPoolIssuer } from "../user-pool-issuers.ts";

/** API Gateway HTTP API with its own JWT authorizer, for Descope's tokens. */
export const httpApiJwt: Target = defineTarget({
  name: "http-api-jwt",
  summary: "HTTP API: JWT authorizer for Descope's tokens",
  needs: ["apiId"],
  takes: [],
  build: (options) => {
    const { apiId, region, issuer, audiences, name = "descope", userPools, cognitoIssuer = "original" } = options;
    return {
      target: "http-api-jwt",
      title: "HTTP API, JWT authorizer for Descope",
      description:
        "A JWT authorizer that accepts Descope's session tokens. An authorizer of an HTTP API knows one issuer and a route has one authorizer, so this one takes the place of Cognito's and does not stand beside it on the same route.",
      replaces: userPools.map(
        (pool) => `the JWT authorizer of API ${apiId} with the issuer ${userPoolIssuer(pool, cognitoIssuer)}`,
      ),
      parameters: [],
      resources: [
        {
          id: "DescopeAuthorizer",
          type: "AWS::ApiGatewayV2::Authorizer",
          comment: "Accepts tokens with this issuer, to the character, and one of these audiences.",
          properties: {
            ApiId: apiId,
            AuthorizerType: "JWT",
            IdentitySource: ["$request.header.Authorization"],
            JwtConfiguration: { Audience: audiences, Issuer: issuer },
            Name: `${name}-jwt`,
          },
        },
      ],
      outputs: [
        {
          name: "DescopeAuthorizerId",
          description: "Put this on the routes that are to accept Descope's tokens.",
          value: { $: "attribute", resource: "DescopeAuthorizer", attribute: "id" },
        },
      ],
      files: [],
      runbook: {
        before: firstSteps("http-api-jwt", options),
        steps: [
          { text: "Deploy the document. Nothing changes for callers: no route uses the authorizer yet." },
          {
            text: "Note which authorizer each route has, for the way back.",
            commands: [`aws apigatewayv2 get-routes --region ${region} --api-id ${apiId}`],
          },
          {
            text: "To accept both kinds of token on one route in the meantime, give it the Lambda authorizer that verifies both (`c2d aws emit http-api-lambda`). Without one, give the clients that are migrated routes or a stage of their own.",
          },
          {
            text: "When the clients of a route send Descope's tokens, switch the route. Stages with automatic deployment change at once.",
            commands: [
              `aws apigatewayv2 update-route --region ${region} --api-id ${apiId} --route-id ROUTE --authorization-type JWT --authorizer-id AUTHORIZER`,
            ],
          },
          ...lastSteps,
        ],
        rollback: [
          {
            text: "Put the former authorizer back on the routes, then delete the stack.",
            commands: [
              `aws apigatewayv2 update-route --region ${region} --api-id ${apiId} --route-id ROUTE --authorization-type JWT --authorizer-id FORMER`,
            ],
          },
        ],
        backEnds: [
          "Claims stay at `requestContext.authorizer.jwt.claims`. `cognito:groups` is gone: roles are in `roles`, or per tenant in `tenants`.",
          "`sub` is Descope's user ID. The Cognito `sub` is in `cognitoSub`, by the JWT template.",
          "Scopes of Cognito's resource servers are not in Descope's session tokens: a route that demands them refuses every such token.",
        ],
        doubts: [
          "API Gateway keeps an issuer's keys for up to two hours.",
          "The authorizer does not tell a refresh token from a session token. The JWT template leaves the audience out of refresh tokens, so that they are refused; check one with `c2d aws check`.",
          "How array claims such as `roles` are written into `requestContext` is not documented.",
        ],
      },
    };
  },
});
