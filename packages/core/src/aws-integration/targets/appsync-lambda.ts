import { partitionOf } from "../aws-region.ts";
import {
  AUTHORIZER_FILE,
  authorizerFiles,
  authorizerFunction,
  authorizerPermission,
  CODE_PARAMETERS,
} from "../dual-authorizer.ts";
import { attribute, text } from "../integration.ts";
import { defineTarget, type Target } from "../target.ts";
import { cacheDoubt, endOfCognito, subjectDoubts, uploadSteps } from "./authorizer-steps.ts";
import { firstSteps, lastSteps } from "./first-steps.ts";

/** AppSync with a function that verifies both kinds of token. */
export const appsyncLambda: Target = defineTarget({
  name: "appsync-lambda",
  summary: "AppSync: Lambda authorizer for Cognito's and Descope's tokens",
  needs: ["apiId", "apiName", "userPools"],
  takes: ["keepModes", "cacheSeconds", "subject"],
  listsClients: true,
  build: (options) => {
    const { apiId, apiName, region, keepModes = [], cacheSeconds = 60 } = options;
    return {
      target: "appsync-lambda",
      title: "AppSync, Lambda authorizer for both issuers",
      description:
        "A function becomes the default authorization mode and accepts the user pool's tokens and Descope's side by side. Resolvers get one context for both, and fields without a directive take either.",
      replaces: [`the authorization settings of API ${apiId}, as a whole: AppSync takes them in one piece`],
      parameters: CODE_PARAMETERS,
      resources: [
        ...authorizerFunction(options, "appsync"),
        authorizerPermission(
          "appsync.amazonaws.com",
          text`arn:${partitionOf(region)}:appsync:${region}:${{ $: "account" }}:apis/${apiId}`,
        ),
        {
          id: "GraphqlApi",
          type: "AWS::AppSync::GraphQLApi",
          comment: "Asks the function, and no longer the user pool itself.",
          existing: apiId,
          properties: {
            ...(keepModes.length === 0
              ? {}
              : {
                  AdditionalAuthenticationProviders: keepModes.map((AuthenticationType) => ({ AuthenticationType })),
                }),
            AuthenticationType: "AWS_LAMBDA",
            LambdaAuthorizerConfig: {
              AuthorizerResultTtlInSeconds: cacheSeconds,
              AuthorizerUri: attribute("AuthorizerFunction", "arn"),
            },
            Name: apiName,
          },
        },
      ],
      outputs: [],
      files: authorizerFiles(options),
      bundle: AUTHORIZER_FILE,
      runbook: {
        before: firstSteps("lambda-authorizer", options),
        steps: [
          {
            text: "Save the API's settings. What the document does not name (logging, tracing, environment variables) must be carried over from them, and so must every other authorization mode.",
            commands: [`aws appsync get-graphql-api --region ${region} --api-id ${apiId}`],
          },
          {
            text: "Take directives for Cognito out of the schema: `@aws_cognito_user_pools` and `@aws_auth` admit nobody once the pool is no mode of the API. Search the resolvers for `identity.username`, `identity.groups` and `identity.claims`, and let them read `identity.resolverContext` too.",
          },
          ...uploadSteps(options).slice(0, 1),
          {
            text: "Add the function to the stack that owns the API, and put the properties on the API's resource, in one deployment. Callers change over to the function at that moment.",
          },
          { text: "Query the API with a token of each kind, then let the clients change over." },
          endOfCognito(options),
          ...lastSteps,
        ],
        rollback: [{ text: "Deploy the saved settings and the former schema." }],
        backEnds: [
          "Resolvers find the caller at `identity.resolverContext`; every value there is a text, and lists are JSON.",
          "`identity.sub`, `identity.username`, `identity.groups` and `identity.claims` do not exist for this mode.",
        ],
        doubts: [
          cacheDoubt(cacheSeconds, "is withdrawn"),
          ...subjectDoubts(options),
          "The time for which answers are kept is set here, because AWS's pages disagree on the default.",
          "A token with `Bearer` before it is taken as well; AWS advises to send the token alone to this mode.",
        ],
      },
    };
  },
});
