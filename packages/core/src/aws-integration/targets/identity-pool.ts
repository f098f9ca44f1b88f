import { partitionOf } from "../aws-region.ts";
import { descopeEndpoints } from "../descope-issuer.ts";
import { attribute, type Resource, type Value } from "../integration.ts";
import { defineTarget, type Target } from "../target.ts";
import { userPoolProvider } from "../user-pool-issuers.ts";
import { firstSteps, lastSteps } from "./first-steps.ts";
import { linkIdentityFile } from "./link-identity-file.ts";

/** An identity pool that gives AWS credentials for Descope's tokens too. */
export const identityPool: Target = defineTarget({
  name: "identity-pool",
  summary: "Identity pool: AWS credentials for Descope's tokens, with the same identities",
  needs: ["identityPoolId", "identityPoolName", "guests", "userPools"],
  takes: ["authenticatedRoleArn", "roleRules"],
  listsClients: true,
  build: (options) => {
    const { identityPoolId, identityPoolName, guests, userPools, cognitoIssuer = "original" } = options;
    const { issuer, audiences, projectId, region, authenticatedRoleArn, roleRules = [] } = options;
    const { provider } = descopeEndpoints(issuer, projectId);
    const cognitoProviders: Value[] = userPools.flatMap((pool) =>
      pool.clientIds.map((ClientId) => ({ ClientId, ProviderName: userPoolProvider(pool, cognitoIssuer) })),
    );
    const resources: Resource[] = [
      {
        id: "DescopeProvider",
        type: "AWS::IAM::OIDCProvider",
        comment:
          "IAM trusts Descope's issuer, for these audiences. IAM finds the thumbprint of the certificate itself.",
        properties: { ClientIdList: audiences, Url: issuer },
      },
      {
        id: "IdentityPool",
        type: "AWS::Cognito::IdentityPool",
        comment: "The pool keeps its Cognito logins and takes Descope's beside them.",
        existing: identityPoolId,
        properties: {
          AllowUnauthenticatedIdentities: guests === "allow",
          CognitoIdentityProviders: cognitoProviders,
          IdentityPoolName: identityPoolName,
          OpenIdConnectProviderARNs: [attribute("DescopeProvider", "arn")],
        },
      },
    ];
    if (roleRules.length > 0 && authenticatedRoleArn !== undefined) {
      resources.push({
        id: "IdentityPoolRoles",
        type: "AWS::Cognito::IdentityPoolRoleAttachment",
        comment:
          "Roles by claims of Descope's tokens: a rule that asks for cognito:preferred_role never holds for them.",
        existing: identityPoolId,
        properties: {
          IdentityPoolId: attribute("IdentityPool", "id"),
          RoleMappings: {
            $: "map",
            entries: {
              descope: {
                AmbiguousRoleResolution: "AuthenticatedRole",
                IdentityProvider: provider,
                RulesConfiguration: {
                  Rules: roleRules.map(({ claim, value, roleArn }) => ({
                    Claim: claim,
                    MatchType: "Equals",
                    RoleARN: roleArn,
                    Value: value,
                  })),
                },
                Type: "Rules",
              },
            },
          },
          Roles: { $: "map", entries: { authenticated: authenticatedRoleArn } },
        },
      });
    }
    const [first] = userPools;
    return {
      target: "identity-pool",
      title: "IAM OIDC provider and identity pool",
      description:
        "IAM learns to trust Descope's issuer, and the identity pool gives credentials for its tokens. Descope takes the place of the user pool behind the identity pool, not of the identity pool.",
      replaces: [
        `the providers of identity pool ${identityPoolId}, as a whole: it takes them in one piece`,
        ...(roleRules.length > 0 ? [`the role mappings of identity pool ${identityPoolId}, as a whole`] : []),
      ],
      parameters: [],
      resources,
      outputs: [
        {
          name: "DescopeProviderArn",
          description: "ARN of the OIDC provider in IAM.",
          value: attribute("DescopeProvider", "arn"),
        },
      ],
      files:
        first === undefined
          ? []
          : [
              linkIdentityFile({
                region,
                identityPoolId,
                cognitoLogin: userPoolProvider(first, cognitoIssuer),
                descopeLogin: provider,
              }),
            ],
      runbook: {
        before: firstSteps("identity-pool", options),
        steps: [
          {
            text: "Save the pool's settings and roles. Providers that the document does not name (SAML, social, other OIDC ones) must be carried over from them.",
            commands: [
              `aws cognito-identity describe-identity-pool --region ${region} --identity-pool-id ${identityPoolId}`,
              `aws cognito-identity get-identity-pool-roles --region ${region} --identity-pool-id ${identityPoolId}`,
            ],
          },
          {
            text: "Put the properties on the resource in the stack that owns the pool, and add the OIDC provider to that stack. A pool that no stack owns can be imported: it is kept when its stack is deleted.",
          },
          {
            text: "Link both logins of each user while both tokens are good: `link-identity.ts` does it for one user. It belongs in the moment in which a Cognito session is exchanged for one of Descope. A user who comes with Descope's token alone, and was not linked, gets a new identity ID: data under `${cognito-identity.amazonaws.com:sub}` in S3 and DynamoDB is then out of reach.",
          },
          {
            text: "Compare the identity ID of a test user before and after.",
            commands: [
              `aws cognito-identity get-id --region ${region} --identity-pool-id ${identityPoolId} --logins ${provider}=DESCOPE_SESSION_TOKEN`,
            ],
          },
          ...lastSteps,
        ],
        rollback: [
          {
            text: "Put the saved settings back. Linked logins stay linked and do no harm: the Cognito login leads to the same identity as before.",
          },
        ],
        backEnds: [
          "Clients name the login by the issuer without `https://`, and send the session token as its value.",
          "Principal tags made from `cognito:groups` or from the `sub` of Cognito need a mapping of their own for the new provider.",
        ],
        doubts: [
          "That two logins which are presented together are linked for good is what AWS documents for multiple logins; nobody has tried it here against a live account.",
          "The pool compares `azp` with the provider's client IDs when the token has it, and `aud` otherwise.",
          `The provider's ARN is \`arn:${partitionOf(region)}:iam::<account>:oidc-provider/${provider}\`; a second one for the same issuer is refused.`,
        ],
      },
    };
  },
});
