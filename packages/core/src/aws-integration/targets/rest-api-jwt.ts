import { defineTarget, type Target } from "../target.ts";
import { userPoolIssuer } from "../user-pool-issuers.ts";
import { firstSteps, lastSteps } from "./first-steps.ts";

/** API Gateway REST API with a JWT authorizer that knows both issuers. */
export const restApiJwt: Target = defineTarget({
  name: "rest-api-jwt",
  summary: "REST API: one JWT authorizer for Cognito's and Descope's tokens",
  needs: ["apiId", "userPools"],
  takes: [],
  listsClients: true,
  build: (options) => {
    const { apiId, region, issuer, audiences, name = "descope", userPools, cognitoIssuer = "original" } = options;
    return {
      target: "rest-api-jwt",
      title: "REST API, JWT authorizer for both issuers",
      description:
        "A JWT authorizer that accepts the user pool's tokens and Descope's side by side, without a function. Only REST APIs have authorizers with several issuers.",
      replaces: [`the COGNITO_USER_POOLS authorizer of API ${apiId}`],
      parameters: [],
      resources: [
        {
          id: "DualAuthorizer",
          type: "AWS::ApiGateway::Authorizer",
          comment: "Accepts tokens of each issuer with one of the audiences that stand beside it.",
          properties: {
            IdentitySource: "method.request.header.Authorization",
            Name: `${name}-and-cognito-jwt`,
            RestApiId: apiId,
            Type: "JWT",
          },
          unpublished: {
            JwtConfiguration: {
              DefaultAlgorithms: ["RS256"],
              Issuers: [
                ...userPools.map((pool) => ({
                  Audiences: pool.clientIds,
                  Issuer: userPoolIssuer(pool, cognitoIssuer),
                })),
                { Audiences: audiences, Issuer: issuer },
              ],
            },
          },
        },
      ],
      outputs: [
        {
          name: "DualAuthorizerId",
          description: "Put this on the methods.",
          value: { $: "attribute", resource: "DualAuthorizer", attribute: "id" },
        },
      ],
      files: [],
      runbook: {
        before: firstSteps("rest-api-jwt", options),
        steps: [
          {
            text: "Deploy the document. API Gateway reads the discovery document of each issuer now, so each must be reachable. Nothing changes for callers yet.",
          },
          {
            text: "Note which authorizer and which scopes each method has, for the way back.",
            commands: [`aws apigateway get-resources --region ${region} --rest-api-id ${apiId} --embed methods`],
          },
          {
            text: "Switch the methods. Keep the scopes of each: a method passes with any one of its scopes, so list those of both issuers.",
            commands: [
              `aws apigateway update-method --region ${region} --rest-api-id ${apiId} --resource-id RESOURCE --http-method METHOD --patch-operations op=replace,path=/authorizationType,value=JWT op=replace,path=/authorizerId,value=AUTHORIZER`,
            ],
          },
          {
            text: "Deploy each stage. Without a deployment nothing changes.",
            commands: [
              `aws apigateway create-deployment --region ${region} --rest-api-id ${apiId} --stage-name STAGE`,
              `aws apigateway flush-stage-authorizers-cache --region ${region} --rest-api-id ${apiId} --stage-name STAGE`,
            ],
          },
          { text: "Call the API with a token of each kind, then let the clients change over." },
          ...lastSteps,
        ],
        rollback: [
          {
            text: "Put the former authorizer back on the methods, deploy each stage, then delete the stack.",
            commands: [
              `aws apigateway update-method --region ${region} --rest-api-id ${apiId} --resource-id RESOURCE --http-method METHOD --patch-operations op=replace,path=/authorizationType,value=COGNITO_USER_POOLS op=replace,path=/authorizerId,value=FORMER`,
              `aws apigateway create-deployment --region ${region} --rest-api-id ${apiId} --stage-name STAGE`,
            ],
          },
        ],
        backEnds: [
          "`cognito:groups` is in Cognito's tokens only: roles of Descope are in `roles`, or per tenant in `tenants`.",
          "`sub` of a Descope token is Descope's user ID. The Cognito `sub` is in `cognitoSub`, by the JWT template.",
        ],
        doubts: [
          "`JwtConfiguration` stands in AWS's template reference, and not yet in its published resource specification: stacks of older regions may refuse it.",
          "Cognito's access tokens carry `client_id` and no `aud`. AWS does not say whether this authorizer falls back to it: try an access token before the methods are switched, and send ID tokens if it is refused.",
          "AWS does not say under which key of `requestContext.authorizer` the claims stand: look at one request before the back end is changed.",
          "Pools that issue from `issuer-cognito-idp` need `cognitoIssuer` set to `updated`.",
        ],
      },
    };
  },
});
