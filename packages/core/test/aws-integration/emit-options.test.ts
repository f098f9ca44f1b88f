import assert from "node:assert/strict";
import { checkEmitOptions, INTEGRATION_TARGETS, makeIntegration } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import type { EmitOptions } from "../../src/aws-integration/emit-options.ts";
import { common, sampleOptions } from "./samples.ts";

function problemsOf(name: string, change: object): readonly string[] {
  const target = INTEGRATION_TARGETS.find((one) => one.name === name);
  if (target === undefined) throw new Error(`there is no target ${name}`);
  const options = { ...sampleOptions[name], ...change } as EmitOptions;
  const problems = checkEmitOptions(target, options).map(({ option, message }) => `"${option}" ${message}`);
  const make = (): unknown => makeIntegration(target, options);
  if (problems.length === 0) make();
  else assert.throws(make, { code: "ERR_CONFIG_INVALID", suggestion: problems.join("\n") });
  return problems;
}

describe("options of a document", () => {
  test("that are wrong are all named in one error, without their values", () => {
    const problems = problemsOf("alb-oidc", {
      region: "Ireland",
      priority: 0,
      paths: ["app"],
      scope: "email",
      listenerArn: "arn:secret",
    });
    expect(problems.map((problem) => problem.split('"')[1])).toEqual([
      "region",
      "listenerArn",
      "targetGroupArn",
      "priority",
      "paths",
      "scope",
    ]);
    expect(problems.join("\n")).not.toContain("arn:secret");
  });

  test.each([
    ["the bare project ID", common.projectId, "must be an absolute https URL"],
    ["http", common.issuer.replace("https", "http"), "must begin with https://"],
    ["pasted twice", `${common.issuer}${common.issuer}`, "pasted twice"],
    ["with a query", `${common.issuer}?a=b`, "must have no query"],
    ["of another project", "https://api.descope.com/P2other", "another project"],
    ["an empty part", `https://api.descope.com//${common.projectId}`, "no empty part"],
  ])("refuse an issuer that AWS cannot take: %s", (_what, issuer, message) => {
    expect(problemsOf("http-api-jwt", { issuer })).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    `https://api.descope.com/v1/apps/${common.projectId}`,
    `https://api.descope.com/v1/apps/${common.projectId}/App1`,
    `https://auth.example.com/${common.projectId}`,
    `https://api.euc1.descope.com/${common.projectId}/`,
  ])("take every form of Descope's issuer that is a URL: %s", (issuer) => {
    expect(problemsOf("http-api-jwt", { issuer })).toEqual([]);
  });

  test("refuse what is needed and absent, and what has no meaning for the target", () => {
    expect(problemsOf("http-api-jwt", { apiId: undefined })).toEqual(['"apiId" is needed for http-api-jwt']);
    expect(problemsOf("http-api-jwt", { priority: 3 })).toEqual(['"priority" has no meaning for http-api-jwt']);
    expect(problemsOf("rest-api-jwt", { userPools: [] })).toEqual(['"userPools" is needed for rest-api-jwt']);
  });

  test("need the role of signed-in users beside rules for roles", () => {
    expect(problemsOf("identity-pool", { authenticatedRoleArn: undefined })).toEqual([
      '"roleRules" need the role of signed-in users beside them',
    ]);
  });

  test("of pools without an app client cannot make an authorizer that accepts any client", () => {
    const userPools = [{ ...common.userPools[0], clientIds: [] }];
    expect(problemsOf("rest-api-jwt", { userPools })).toEqual([
      '"userPools" must name the app clients whose tokens rest-api-jwt accepts',
    ]);
    expect(problemsOf("identity-pool", { userPools })).toEqual([
      '"userPools" must name the app clients whose tokens identity-pool accepts',
    ]);
  });
});
