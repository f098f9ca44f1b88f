import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  ListUserPoolsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { expect, test } from "vitest";

import { startSandbox } from "../../src/index.ts";
import type { SandboxOptions } from "../../src/index.ts";
import { rawCall } from "./raw-call.ts";

const start = (cognito: NonNullable<SandboxOptions["cognito"]> = {}, more: SandboxOptions = {}) =>
  startSandbox({ ...more, only: "cognito", users: 5, cognito });

const client = (endpoint: string, secretAccessKey = "secret", region = "us-east-1"): CognitoIdentityProviderClient =>
  new CognitoIdentityProviderClient({
    region,
    endpoint,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey },
    maxAttempts: 1,
  });

test("an error is HTTP 400 with the code in the body and in a header", async () => {
  await using sandbox = await start();
  const answer = await rawCall(sandbox.cognito, "DescribeUserPool", '{"UserPoolId":"us-east-1_nowhere00"}');
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual({
    __type: "ResourceNotFoundException",
    message: "User pool us-east-1_nowhere00 does not exist.",
  });
  expect(answer.headers.get("x-amzn-errortype")).toBe("ResourceNotFoundException:");
  expect(answer.headers.get("content-type")).toBe("application/x-amz-json-1.1");
  expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
});

test.each([
  ["DescribeUserPool", "{", "SerializationException"],
  ["DescribeUserPool", "[]", "SerializationException"],
  ["DescribeUserPool", '{"UserPoolId":7}', "SerializationException"],
  ["DescribeUserPool", "{}", "InvalidParameterException"],
  ["DescribeUserPool", '{"UserPoolId":"no pool"}', "InvalidParameterException"],
  ["NoSuchOperation", "{}", "UnknownOperationException"],
  ["__proto__", "{}", "UnknownOperationException"],
  ["GetUICustomization", "{}", "UnknownOperationException"],
])("%s with %s answers %s", async (operation, body, code) => {
  await using sandbox = await start();
  const answer = await rawCall(sandbox.cognito, operation, body);
  expect(answer).toMatchObject({ status: 400, body: { __type: code } });
});

test("lists every broken constraint at once", async () => {
  await using sandbox = await start();
  const { body } = await rawCall(sandbox.cognito, "ListUsers", '{"UserPoolId":"x","Limit":99}');
  expect(body["message"]).toBe(
    "2 validation errors detected: Value 'x' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+; Value '99' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60",
  );
});

test("GET on the root and unknown targets are unknown operations", async () => {
  await using sandbox = await start();
  const answer = await fetch(sandbox.cognito, { method: "POST", body: "{}" });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ __type: "UnknownOperationException" });
});

test("operations that need IAM refuse unsigned requests, others do not", async () => {
  await using sandbox = await start();
  const unsigned = await rawCall(sandbox.cognito, "ListUserPools", '{"MaxResults":1}', {});
  expect(unsigned.body).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  const input = JSON.stringify({ ClientId: sandbox.clientId, Username: "new", Password: "Str0ng-enough" });
  expect((await rawCall(sandbox.cognito, "SignUp", input, {})).status).toBe(200);
});

test("with access keys, signatures of the AWS SDK are verified", async () => {
  await using sandbox = await start({ accessKeys: { AKIASANDBOX: "secret" } });
  const list = new ListUserPoolsCommand({ MaxResults: 1 });
  await expect(client(sandbox.cognito).send(list)).resolves.toMatchObject({ UserPools: { length: 1 } });
  await expect(client(sandbox.cognito, "wrong").send(list)).rejects.toMatchObject({
    name: "InvalidSignatureException",
  });
  await expect(client(sandbox.cognito, "secret", "eu-west-1").send(list)).rejects.toMatchObject({
    name: "InvalidSignatureException",
    message: "Credential should be scoped to a valid region. ",
  });
  const stranger = new CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: sandbox.cognito,
    credentials: { accessKeyId: "AKIAOTHER", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  await expect(stranger.send(list)).rejects.toMatchObject({
    name: "UnrecognizedClientException",
    message: "The security token included in the request is invalid.",
  });
});

test("a body changed after signing is refused", async () => {
  await using sandbox = await start({ accessKeys: { AKIASANDBOX: "secret" } });
  const sdk = client(sandbox.cognito);
  sdk.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: string; headers: Record<string, string> };
      request.body = request.body.replace('"MaxResults":1', '"MaxResults":2');
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "tamper" },
  );
  await expect(sdk.send(new ListUserPoolsCommand({ MaxResults: 1 }))).rejects.toMatchObject({
    name: "InvalidSignatureException",
  });
});

test("a signature from another time is expired", async () => {
  await using sandbox = await start({ accessKeys: { AKIASANDBOX: "secret" } }, { clock: () => Date.now() + 600_000 });
  const sdk = new CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: sandbox.cognito,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  await expect(sdk.send(new ListUserPoolsCommand({ MaxResults: 1 }))).rejects.toMatchObject({
    name: "InvalidSignatureException",
    message: expect.stringMatching(/^Signature expired: \d{8}T\d{6}Z is now earlier than /) as string,
  });
});

test("a missing permission names user, action and resource", async () => {
  await using sandbox = await start({ permissions: { allow: ["Describe*", "AdminGetUser"], deny: ["AdminGetUser"] } });
  const sdk = client(sandbox.cognito);
  const UserPoolId = sandbox.userPoolId;
  await expect(sdk.send(new DescribeUserPoolCommand({ UserPoolId }))).resolves.toMatchObject({
    UserPool: { Id: UserPoolId },
  });
  await expect(sdk.send(new ListUserPoolsCommand({ MaxResults: 1 }))).rejects.toMatchObject({
    name: "AccessDeniedException",
    message:
      "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: cognito-idp:ListUserPools on resource: * because no identity-based policy allows the cognito-idp:ListUserPools action",
  });
  await expect(sdk.send(new AdminGetUserCommand({ UserPoolId, Username: "x" }))).rejects.toMatchObject({
    message: `User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: cognito-idp:AdminGetUser on resource: arn:aws:cognito-idp:us-east-1:123456789012:userpool/${UserPoolId} with an explicit deny in an identity-based policy`,
  });
});

test("throttles with HTTP 400 and AWS's text, per account and per pool", async () => {
  await using sandbox = await start({}, { quotas: "real" });
  const UserPoolId = sandbox.userPoolId;
  const results = await Promise.allSettled(
    Array.from({ length: 7 }, () => rawCall(sandbox.cognito, "ListGroups", JSON.stringify({ UserPoolId }))),
  );
  const refused = results.flatMap((x) => (x.status === "fulfilled" && x.value.status === 400 ? [x.value.body] : []));
  expect(refused).toEqual(
    Array.from({ length: 2 }, () => ({ __type: "TooManyRequestsException", message: "Rate exceeded" })),
  );
  expect(sandbox.buckets()).toMatchObject([
    { name: "UserPoolResourceRead", requests: 20, peak: 7, refused: 0 },
    { name: `UserPoolResourceRead/ListGroups@${UserPoolId}`, requests: 5, peak: 7, refused: 2 },
  ]);
});

test("the AWS SDK retries throttling by itself", async () => {
  await using sandbox = await start(
    {},
    { faults: [{ operation: "DescribeUserPool", nth: 1, fault: { kind: "throttle" } }] },
  );
  const sdk = new CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: sandbox.cognito,
    credentials: { accessKeyId: "A", secretAccessKey: "s" },
  });
  const answer = await sdk.send(new DescribeUserPoolCommand({ UserPoolId: sandbox.userPoolId }));
  expect(answer.UserPool?.Id).toBe(sandbox.userPoolId);
  expect(sandbox.requests.count({ operation: "DescribeUserPool" })).toBe(2);
  expect(sandbox.faults.neverHappened()).toEqual([]);
});
