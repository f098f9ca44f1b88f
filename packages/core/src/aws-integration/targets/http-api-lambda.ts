import {
  AUTHORIZER_FILE,
  authorizerArn,
  authorizerFiles,
  authorizerFunction,
  authorizerPermission,
  CODE_PARAMETERS,
  invocationUri,
} from "../dual-authorizer.ts";
import { defineTarget, type Target } from "../target.ts";
import { userPoolIssuer } from "../user-pool-issuers.ts";
import { AUTHORIZER_CONTEXT, cacheDoubt, endOfCognito, subjectDoubts, uploadSteps } from "./authorizer-steps.ts";
import { firstSteps, lastSteps } from "./first-steps.ts";

/** API Gateway HTTP API with a function that verifies both kinds of token. */
export const httpApiLambda: Target = defineTarget({
  name: "http-api-lambda",
  summary: "HTTP API: Lambda authorizer for Cognito's and Descope's tokens",
  needs: ["apiId", "userPools"],
  takes: ["responses", "cacheSeconds", "subject"],
  listsClients: true,
  build: (options) => {
    const { apiId, region, name = "descope", userPools, cognitoIssuer = "original" } = options;
    const { responses = "simple", cacheSeconds = 60 } = options;
    return {
      target: "http-api-lambda",
      title: "HTTP API, Lambda authorizer for both issuers",
      description:
        "A function that accepts the user pool's tokens and Descope's side by side, and hands the back end one context for both. It is what HTTP APIs need in the meantime, because their JWT authorizers know one issuer.",
      replaces: userPools.map(
        (pool) => `the JWT authorizer of API ${apiId} with the issuer ${userPoolIssuer(pool, cognitoIssuer)}`,
      ),
      parameters: CODE_PARAMETERS,
      resources: [
        ...authorizerFunction(options, responses === "simple" ? "httpSimple" : "httpIam"),
        {
          id: "DualAuthorizer",
          type: "AWS::ApiGatewayV2::Authorizer",
          comment: "Asks the function. The Authorization header is what answers are kept by.",
          properties: {
            ApiId: apiId,
            AuthorizerPayloadFormatVersion: "2.0",
            AuthorizerResultTtlInSeconds: cacheSeconds,
            AuthorizerType: "REQUEST",
            AuthorizerUri: invocationUri(options),
            EnableSimpleResponses: responses === "simple",
            IdentitySource: ["$request.header.Authorization"],
            Name: `${name}-and-cognito`,
          },
        },
        authorizerPermission("apigateway.amazonaws.com", authorizerArn(options, apiId, "DualAuthorizer")),
      ],
      outputs: [
        {
          name: "DualAuthorizerId",
          description: "Put this on the routes.",
          value: { $: "attribute", resource: "DualAuthorizer", attribute: "id" },
        },
      ],
      files: authorizerFiles(options),
      bundle: AUTHORIZER_FILE,
      runbook: {
        before: firstSteps("lambda-authorizer", options),
        steps: [
          ...uploadSteps(options),
          {
            text: "Note which authorizer and which scopes each route has, for the way back.",
            commands: [`aws apigatewayv2 get-routes --region ${region} --api-id ${apiId}`],
          },
          {
            text: "Switch one route, and call it with a token of each kind; then the others. Scopes of a route have no meaning for a Lambda authorizer: the back end checks them from here on.",
            commands: [
              `aws apigatewayv2 update-route --region ${region} --api-id ${apiId} --route-id ROUTE --authorization-type CUSTOM --authorizer-id AUTHORIZER`,
            ],
          },
          {
            text: "Let the clients change over. Afterwards the JWT authorizer of Descope can take the function's place.",
          },
          endOfCognito(options),
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
          "The caller is at `requestContext.authorizer.lambda` instead of `requestContext.authorizer.jwt.claims`.",
          AUTHORIZER_CONTEXT,
        ],
        doubts: [
          cacheDoubt(cacheSeconds),
          ...subjectDoubts(options),
          "A token that is refused is answered with 403, because the service has no other answer for a function; a request without the header with 401.",
          "Answers are kept by the Authorization header and for the whole API: the function decides who calls, never what a route allows.",
        ],
      },
    };
  },
});
