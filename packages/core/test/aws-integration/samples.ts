import { type EmitOptions, INTEGRATION_TARGETS, type Integration, makeIntegration } from "@cognito-to-descope/core";

const PROJECT = "P2abcdefghijklmnopqrstuvwxyz";

/** Options that every target takes. */
export const common: EmitOptions = {
  region: "eu-west-1",
  projectId: PROJECT,
  issuer: `https://api.descope.com/${PROJECT}`,
  audiences: [PROJECT],
  userPools: [{ userPoolId: "eu-west-1_AbCdEf123", region: "eu-west-1", clientIds: ["4client", "5client"] }],
};

const listener = {
  listenerArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/0123456789abcdef/fedcba9876543210",
  targetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef",
  priority: 40,
  paths: ["/app/*"],
};

/** Options by target, with everything that the target takes. */
export const sampleOptions: Readonly<Record<string, EmitOptions>> = {
  "http-api-lambda": { ...common, apiId: "a1b2c3d4e5", responses: "iam", cacheSeconds: 0 },
  "rest-api-lambda": { ...common, apiId: "a1b2c3d4e5", event: "request", subject: "descope" },
  "appsync-lambda": {
    ...common,
    apiId: "abcdefghijklmnopqrstuvwxyz",
    apiName: "orders ${not} %{a} `template`",
    keepModes: ["API_KEY", "AWS_IAM"],
  },
  "http-api-jwt": { ...common, apiId: "a1b2c3d4e5" },
  "rest-api-jwt": { ...common, apiId: "a1b2c3d4e5" },
  "appsync-oidc": {
    ...common,
    apiId: "abcdefghijklmnopqrstuvwxyz",
    apiName: "orders",
    defaultAction: "ALLOW",
    keepModes: ["AWS_IAM"],
    userPools: [...common.userPools, { userPoolId: "eu-central-1_Other", region: "eu-central-1", clientIds: [] }],
  },
  "alb-oidc": { ...common, ...listener, hosts: ["app.example.com"], clientId: "UDJh", scope: "openid email" },
  "alb-jwt": { ...common, ...listener },
  "identity-pool": {
    ...common,
    identityPoolId: "eu-west-1:01234567-89ab-cdef-0123-456789abcdef",
    identityPoolName: "app users",
    guests: "deny",
    authenticatedRoleArn: "arn:aws:iam::123456789012:role/signed-in",
    roleRules: [{ claim: "tier", value: "gold", roleArn: "arn:aws:iam::123456789012:role/gold" }],
  },
};

/** Every target with its sample. */
export const sampleIntegrations: readonly (readonly [name: string, integration: Integration])[] =
  INTEGRATION_TARGETS.map((target) => {
    const options = sampleOptions[target.name];
    if (options === undefined) throw new Error(`there is no sample of ${target.name}`);
    return [target.name, makeIntegration(target, options)];
  });
