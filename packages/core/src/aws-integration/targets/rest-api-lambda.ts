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
import { AUTHORIZER_CONTEXT, cacheDoubt, endOfCognito, subjectDoubts, uploadSteps } from "./authorizer-steps.ts";
import { firstSteps, lastSteps } from "./first-steps.ts";

/** API Gateway REST API with a function that verifies both kinds of token. */
export const restApiLambda: Target = defineTarget({
  name: "rest-api-lambda",
  summary: "REST API: Lambda authorizer for Cognito's and Descope's tokens",
  needs: ["apiId", "userPools"],
  takes: ["event", "cacheSeconds", "subject"],
  listsClients: true,
  build: (options) => {
    const { apiId, region, name = "descope", event = "token", cacheSeconds = 60 } = options;
    return {
      target: "rest-api-lambda",
      title: "REST API, Lambda authorizer for both issuers",
      description:
        "A function that accepts the user pool's tokens and Descope's side by side. It takes the place of a COGNITO_USER_POOLS authorizer where the JWT authorizer of REST APIs is not to be had, or where back ends want one context for both.",
      replaces: [`the COGNITO_USER_POOLS authorizer of API ${apiId}`],
      parameters: CODE_PARAMETERS,
      resources: [
        ...authorizerFunction(options, event === "token" ? "restToken" : "restRequest"),
        {
          id: "DualAuthorizer",
          type: "AWS::ApiGateway::Authorizer",
          comment: "Asks the function. Its policies cover the whole stage, because an answer is kept for all methods.",
          properties: {
            AuthorizerResultTtlInSeconds: cacheSeconds,
            AuthorizerUri: invocationUri(options),
            IdentitySource: "method.request.header.Authorization",
            Name: `${name}-and-cognito`,
            RestApiId: apiId,
            Type: event === "token" ? "TOKEN" : "REQUEST",
          },
        },
        authorizerPermission("apigateway.amazonaws.com", authorizerArn(options, apiId, "DualAuthorizer")),
      ],
      outputs: [
        {
          name: "DualAuthorizerId",
          description: "Put this on the methods.",
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
            text: "Note which authorizer and which scopes each method has, for the way back.",
            commands: [`aws apigateway get-resources --region ${region} --rest-api-id ${apiId} --embed methods`],
          },
          {
            text: "Try the authorizer with a token of each kind.",
            commands: [
              `aws apigateway test-invoke-authorizer --region ${region} --rest-api-id ${apiId} --authorizer-id AUTHORIZER --headers Authorization=TOKEN`,
            ],
          },
          {
            text: "Switch the methods. Scopes of a method have no meaning for a Lambda authorizer: the back end checks them from here on.",
            commands: [
              `aws apigateway update-method --region ${region} --rest-api-id ${apiId} --resource-id RESOURCE --http-method METHOD --patch-operations op=replace,path=/authorizationType,value=CUSTOM op=replace,path=/authorizerId,value=AUTHORIZER`,
            ],
          },
          {
            text: "Deploy each stage. Without a deployment nothing changes.",
            commands: [
              `aws apigateway create-deployment --region ${region} --rest-api-id ${apiId} --stage-name STAGE`,
              `aws apigateway flush-stage-authorizers-cache --region ${region} --rest-api-id ${apiId} --stage-name STAGE`,
            ],
          },
          endOfCognito(options),
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
          "The caller is at `requestContext.authorizer` itself instead of `requestContext.authorizer.claims`.",
          AUTHORIZER_CONTEXT,
        ],
        doubts: [
          cacheDoubt(cacheSeconds),
          ...subjectDoubts(options),
          "A token that is refused is answered with 401, and with 403 where it is good and lacks a right.",
        ],
      },
    };
  },
});
