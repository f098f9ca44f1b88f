import { createHmac } from "node:crypto";
import { createPasswordAuthenticator, createPoolCalls } from "@cognito-to-descope/cognito/authenticate";
import { type ConfirmedUser, createPasswordCheck, createRateLimiter } from "@cognito-to-descope/core";
import { expect, it } from "vitest";
import { startCognitoLocal } from "../../../../packages/cognito/test/support/emulators.ts";
import { createMemoryRateCounter } from "../../src/index.ts";
import { makeGateway } from "../start-gateway.ts";
import { hastyClock, TOKEN } from "./start-jit.ts";

it("the gateway lets users of cognito-local in, and nobody else", { timeout: 60_000 }, async () => {
  await using emulator = await startCognitoLocal();
  using calls = createPoolCalls(
    {
      region: "us-east-1",
      endpoint: emulator.url,
      credentials: async () => ({ accessKeyId: "emulator", secretAccessKey: "emulator" }),
    },
    () => Date.now(),
  );
  const perform = async (operation: string, input: object): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await calls.sendSigned(operation, input, 10_000);
    if (answer.kind !== "answer" || answer.status !== 200) throw new Error(`${operation}: ${JSON.stringify(answer)}`);
    return answer.body as Readonly<Record<string, unknown>>;
  };
  const { UserPool } = await perform("CreateUserPool", { PoolName: "emulated" });
  const { Id: UserPoolId } = UserPool as { readonly Id: string };
  const { UserPoolClient } = await perform("CreateUserPoolClient", {
    UserPoolId,
    ClientName: "jit",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  });
  const { ClientId: clientId } = UserPoolClient as { readonly ClientId: string };
  const Username = "ada@example.com";
  const Password = 'Right-Passw0rd "\\é';
  await perform("AdminCreateUser", {
    UserPoolId,
    Username,
    MessageAction: "SUPPRESS",
    UserAttributes: [{ Name: "email", Value: Username }],
  });
  await perform("AdminSetUserPassword", { UserPoolId, Username, Password, Permanent: true });

  const clock = hastyClock();
  const provisioned: ConfirmedUser[] = [];
  const hash = (text: string): string => createHmac("sha256", "key").update(text).digest("hex");
  const check = createPasswordCheck({
    pools: [
      {
        userPoolId: UserPoolId,
        authenticator: createPasswordAuthenticator({ userPoolId: UserPoolId, clientId, flow: "public", calls }),
        quotas: { authenticate: { own: createRateLimiter({ requests: 120, windowMs: 1000 }, clock) } },
        caseSensitive: false,
      },
    ],
    provisioner: {
      async provision(confirmed) {
        provisioned.push(confirmed);
        return { kind: "provisioned", operation: "created", loginId: Username, password: "set" };
      },
    },
    counter: createMemoryRateCounter(() => clock.monotonic()),
    clock,
    random: () => 0.5,
    hash,
    secretHash: hash,
  });
  const { gateway } = makeGateway({ clock, jit: { check, userPoolIds: [UserPoolId], tokens: [TOKEN] } });
  const ask = async (username: string, password: string): Promise<unknown> => {
    const response = await gateway.app.request("/v1/jit/verify", {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ username, password, withLoginId: true }),
    });
    return response.json();
  };
  const wrong = { verdict: "invalid_credentials", next: "ask-again", reason: "credentials" };
  expect(await ask(Username, "wrong")).toEqual(wrong);
  expect(await ask("nobody@example.com", Password)).toEqual(wrong);
  const ok = { verdict: "ok", next: "sign-in", reason: "password-right", loginId: Username };
  expect(await ask(Username, Password)).toEqual(ok);
  expect(provisioned.map(({ user }) => user.attributes["email"])).toEqual([Username]);
});
