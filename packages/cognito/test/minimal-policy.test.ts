import { describe, expect, it } from "vitest";

import { minimalPolicy } from "../src/index.ts";

describe("minimalPolicy", () => {
  it("allows the reading operations on one pool and nothing else", () => {
    expect(
      minimalPolicy({ region: "eu-west-1", accountId: "123456789012", userPoolId: "eu-west-1_AbCdEf123" }),
    ).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ReadUserPool",
          Effect: "Allow",
          Action: [
            "cognito-idp:AdminListGroupsForUser",
            "cognito-idp:DescribeIdentityProvider",
            "cognito-idp:DescribeUserPool",
            "cognito-idp:DescribeUserPoolClient",
            "cognito-idp:GetUserPoolMfaConfig",
            "cognito-idp:ListGroups",
            "cognito-idp:ListIdentityProviders",
            "cognito-idp:ListResourceServers",
            "cognito-idp:ListUserPoolClients",
            "cognito-idp:ListUsers",
            "cognito-idp:ListUsersInGroup",
          ],
          Resource: ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123"],
        },
      ],
    });
  });

  it("allows looking up domains, which belong to no pool for IAM, only where that is asked for", () => {
    expect(minimalPolicy({ region: "eu-west-1", domains: true }).Statement.slice(1)).toEqual([
      { Sid: "ReadDomain", Effect: "Allow", Action: ["cognito-idp:DescribeUserPoolDomain"], Resource: ["*"] },
    ]);
  });

  it("allows changes of app clients and identity providers only where that is asked for", () => {
    const [, settings] = minimalPolicy({ region: "eu-west-1", settings: true }).Statement;
    expect(settings).toMatchObject({
      Sid: "SetUpSignIn",
      Action: ["Create", "Delete", "Update"].flatMap((verb) => [
        `cognito-idp:${verb}IdentityProvider`,
        `cognito-idp:${verb}UserPoolClient`,
      ]),
    });
  });

  it.each([
    ["us-gov-west-1", "arn:aws-us-gov:cognito-idp:us-gov-west-1:*:userpool/*"],
    ["cn-north-1", "arn:aws-cn:cognito-idp:cn-north-1:*:userpool/*"],
  ])("names the partition of %s", (region, arn) => {
    expect(minimalPolicy({ region }).Statement[0]?.Resource).toEqual([arn]);
  });

  it.each([
    { region: "nowhere" },
    { region: "us-east-1", accountId: "1" },
    { region: "us-east-1", userPoolId: "*/../x" },
  ])("refuses %j", (options) => {
    expect(() => minimalPolicy(options)).toThrowError(expect.objectContaining({ code: "ERR_CONFIG_INVALID" }));
  });
});
