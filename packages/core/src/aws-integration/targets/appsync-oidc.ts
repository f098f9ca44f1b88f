import { defineTarget, type Target } from "../target.ts";
import type { Value } from "../integration.ts";
import { firstSteps, lastSteps } from "./first-steps.ts";

/** AppSync with Cognito and Descope side by side. */
export const appsyncOidc: Target = defineTarget({
  name: "appsync-oidc",
  summary: "AppSync: Cognito and OIDC side by side",
  needs: ["apiId", "apiName", "defaultAction", "userPools"],
  takes: ["keepModes"],
  build: (options) => {
    const { apiId, apiName, region, issuer, audiences, defaultAction, keepModes = [], userPools } = options;
    const [first, ...others] = userPools.map(({ userPoolId, region: poolRegion, clientIds }) => ({
      AwsRegion: poolRegion,
      UserPoolId: userPoolId,
      ...(clientIds.length === 0 ? {} : { AppIdClientRegex: anyOf(clientIds) }),
    }));
    const additional: Value[] = [
      {
        AuthenticationType: "OPENID_CONNECT",
        OpenIDConnectConfig: { ClientId: anyOf(audiences), Issuer: issuer },
      },
      ...others.map((UserPoolConfig) => ({ AuthenticationType: "AMAZON_COGNITO_USER_POOLS", UserPoolConfig })),
      ...keepModes.map((AuthenticationType) => ({ AuthenticationType })),
    ];
    return {
      target: "appsync-oidc",
      title: "AppSync, Cognito and OIDC side by side",
      description:
        "Adds Descope as an OpenID Connect provider to an API that keeps accepting the user pool's tokens. No code is needed, and the schema decides which fields take which tokens.",
      replaces: [`the authorization settings of API ${apiId}, as a whole: AppSync takes them in one piece`],
      parameters: [],
      resources: [
        {
          id: "GraphqlApi",
          type: "AWS::AppSync::GraphQLApi",
          comment: "Cognito stays the default; tokens of Descope are recognised by their issuer.",
          existing: apiId,
          properties: {
            AdditionalAuthenticationProviders: additional,
            AuthenticationType: "AMAZON_COGNITO_USER_POOLS",
            Name: apiName,
            UserPoolConfig: { ...first, DefaultAction: defaultAction },
          },
        },
      ],
      outputs: [],
      files: [],
      runbook: {
        before: firstSteps("appsync-oidc", options),
        steps: [
          {
            text: "Save the API's settings. What the document does not name (logging, tracing, environment variables) must be carried over from them, and so must every other authorization mode.",
            commands: [`aws appsync get-graphql-api --region ${region} --api-id ${apiId}`],
          },
          {
            text: "Put these properties on the resource in the stack that owns the API. An API that no stack owns can be imported: the resource is kept when its stack is deleted.",
          },
          {
            text: "Open the schema: what has no directive takes the default mode only. Give each type and field that migrated users need both directives.",
            commands: ["type Query @aws_cognito_user_pools @aws_oidc { ... }"],
          },
          {
            text: "Search the resolvers for what OIDC tokens lack: `identity.username`, `identity.groups`, and `cognito_groups` in directives. Read `identity.claims` instead.",
          },
          { text: "Query the API with a token of each kind, then let the clients change over." },
          ...lastSteps,
        ],
        rollback: [
          { text: "Deploy the saved settings and the former schema. Cognito's tokens are good all the while." },
        ],
        backEnds: [
          "`identity.username` and `identity.groups` do not exist for Descope's tokens; `identity.claims.roles` and `identity.claims.cognitoSub` do.",
          "`@aws_auth(cognito_groups: …)` and `@aws_cognito_user_pools(cognito_groups: …)` never let a Descope token in.",
        ],
        doubts: [
          "The client ID is a pattern that AppSync compares with `aud` or `azp`.",
          "An update leaves out what it does not name: that is why the settings are saved first.",
        ],
      },
    };
  },
});

/** A pattern that matches the values and nothing else. */
export function anyOf(values: readonly string[]): string {
  return `^(${values.map((value) => value.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|")})$`;
}
