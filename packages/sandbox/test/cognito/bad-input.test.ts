import { assert, asyncProperty, string } from "fast-check";
import { expect, test } from "vitest";

import { modelOperations } from "../../src/cognito/aws-model.ts";
import { operations } from "../../src/cognito/operations.ts";
import { startSandbox } from "../../src/index.ts";
import { arbitraryOf } from "./model-arbitrary.ts";
import { rawCall } from "./raw-call.ts";

const names = Object.keys(operations);

test(
  "no input of the model's form makes an operation fail, and every good answer keeps the model's form",
  { timeout: 120_000 },
  async () => {
    await using sandbox = await startSandbox({ only: "cognito", users: 60 });
    const { generated, userPoolId, clientId } = sandbox;
    if (generated === undefined) throw new Error("no pool");
    const spare = sandbox.cognitoService.createPool({ PoolName: "spare" });
    const known = {
      UserPoolId: [userPoolId, userPoolId, spare.id],
      ClientId: [clientId],
      Username: ["disabled", "linked", "google", "Case-Variant", "nobody"],
      GroupName: ["group-001", "with-role", "new-group"],
      ProviderName: ["Google", "Okta", "Cognito", "New"],
      ResourceArn: [spare.arn],
      Name: ["email", "phone_number", "custom:plan", "custom:seats", "sub", "identities", "nickname"],
      UserAttributeNames: ["nickname", "custom:plan"],
      AuthFlow: ["USER_PASSWORD_AUTH", "USER_SRP_AUTH", "CUSTOM_AUTH", "USER_AUTH", "REFRESH_TOKEN_AUTH"],
    };
    for (const name of names) {
      const input = modelOperations[name]?.input;
      if (input === undefined) continue;
      await assert(
        asyncProperty(arbitraryOf(input, known), async (value) => {
          const { status, body } = await rawCall(sandbox.cognito, name, JSON.stringify(value));
          expect([200, 400], `${name}: ${JSON.stringify(body)}`).toContain(status);
          expect(status === 200 ? "NoException" : body["__type"]).toMatch(/^[A-Za-z]+Exception$/);
        }),
        { numRuns: 25, seed: 1 },
      );
    }
  },
);

test("no bytes make an operation fail", async () => {
  await using sandbox = await startSandbox({ only: "cognito", users: 1 });
  await assert(
    asyncProperty(string({ unit: "binary" }), async (body) => {
      const { status } = await rawCall(sandbox.cognito, "AdminCreateUser", body);
      expect(status).toBe(400);
    }),
    { numRuns: 50, seed: 1 },
  );
});

test.each([
  ["GET", "/oauth2/authorize"],
  ["GET", "/oauth2/authorize?client_id=%ff&redirect_uri=%00"],
  ["GET", "/login"],
  ["POST", "/login"],
  ["POST", "/oauth2/token"],
  ["GET", "/oauth2/userInfo"],
  ["POST", "/oauth2/revoke"],
  ["GET", "/oauth2/idpresponse?state=x"],
  ["POST", "/saml2/idpresponse"],
  ["GET", "/logout"],
  ["GET", "/nowhere"],
  ["DELETE", "/"],
])("%s %s without anything right is refused, not broken", async (method, path) => {
  await using sandbox = await startSandbox({ only: "cognito", users: 1 });
  const answer = await fetch(sandbox.cognito + path, {
    method,
    redirect: "manual",
    headers: { authorization: "Basic %%%", "content-type": "application/x-www-form-urlencoded", cookie: "cognito; =;" },
    ...(method === "POST" ? { body: "SAMLResponse=%ff&grant_type=authorization_code&client_id=%&_csrf=&=" } : {}),
  });
  expect([302, 400, 401]).toContain(answer.status);
});

test("a body above the limit is refused", async () => {
  await using sandbox = await startSandbox({ only: "cognito", users: 1 });
  const { status, body } = await rawCall(sandbox.cognito, "ListUsers", `"${"x".repeat(9 * 1024 * 1024)}"`);
  expect(status).toBe(413);
  expect(body["__type"]).toBe("RequestEntityTooLargeException");
});
