import { type Fault, type LambdaFunction, startSandbox } from "@cognito-to-descope/sandbox";
import { describe, expect, it, onTestFinished } from "vitest";
import { createMigratedUserMarker, createPoolCalls } from "@cognito-to-descope/cognito/authenticate";
import { startJit, type TestJit } from "./start-jit.ts";

const OK = { verdict: "ok", next: "sign-in", reason: "password-right" };
const CREDENTIALS = { verdict: "invalid_credentials", next: "ask-again", reason: "credentials" };

describe("a Cognito in trouble", () => {
  it.for<[string, Fault, object]>([
    ["that throttles", { kind: "throttle" }, { verdict: "throttled", reason: "pool-throttles" }],
    ["that fails", { kind: "status", status: 500 }, { verdict: "unavailable", reason: "pool-unavailable" }],
    ["behind a door that fails", { kind: "html" }, { verdict: "unavailable", reason: "pool-unavailable" }],
    ["that answers with a page", { kind: "html", status: 200 }, { verdict: "unavailable", reason: "pool-unavailable" }],
    ["that never answers", { kind: "half-open" }, { verdict: "unavailable", reason: "pool-unavailable" }],
    ["that ends the connection", { kind: "reset-before" }, { verdict: "unavailable", reason: "pool-unavailable" }],
    ["whose answer is lost", { kind: "answer-lost" }, { verdict: "unavailable", reason: "pool-unavailable" }],
    ["whose answer breaks off", { kind: "truncated" }, { verdict: "unavailable", reason: "pool-unavailable" }],
    [
      "whose connection breaks off",
      { kind: "truncated", where: "connection" },
      { verdict: "unavailable", reason: "pool-unavailable" },
    ],
    [
      "that answers without an end",
      { kind: "status", status: 200, body: `{"a":"${"x".repeat(300_000)}"}` },
      { verdict: "unavailable", reason: "pool-unavailable" },
    ],
    [
      "that says what nobody knows",
      { kind: "status", status: 400, body: '{"__type":"NotAuthorizedException","message":"Nein."}' },
      { verdict: "unavailable", reason: "pool-unavailable" },
    ],
    [
      "that lets in somebody else",
      { kind: "status", status: 200, body: '{"AuthenticationResult":{"IdToken":"a.e30.b","AccessToken":"x"}}' },
      { verdict: "unavailable", reason: "configuration" },
    ],
  ])("%s never says that a password is wrong, is asked once, and works again", async ([, fault, told]) => {
    const jit = await startJit(fault.kind === "half-open" ? { policy: { callTimeoutMs: 1000 } } : {});
    const credentials = jit.credentials("complete-profile");
    jit.sandbox.faults.add([{ service: "cognito", operation: "InitiateAuth", times: 1, fault }]);
    expect(await jit.ask(credentials)).toMatchObject({ ...told, next: "retry-later" });
    expect(jit.tries()).toBe(1);
    expect(jit.provisioned).toEqual([]);
    jit.sandbox.faults.assertAllHappened();
    // With time enough, also where there was little of it.
    const again = fault.kind === "half-open" ? await startJit({ world: jit.sandbox }) : jit;
    expect(await again.ask(credentials)).toEqual(OK);
  });

  it("is not asked for a password when it cannot say whether that is a temporary one", async () => {
    const jit = await startJit({ reader: true });
    const fault: Fault = { kind: "status", status: 503 };
    jit.sandbox.faults.add([{ service: "cognito", operation: "AdminGetUser", fault }]);
    expect(await jit.ask(jit.credentials("force-change-password"))).toMatchObject({ verdict: "unavailable" });
    expect(jit.tries()).toBe(0);
  });

  it.for<[string, Parameters<typeof startJit>[0]]>([
    [
      "whose client has a secret that is not told",
      { client: { GenerateSecret: true }, authenticator: { clientSecret: undefined } },
    ],
    ["whose client has another secret", { client: { GenerateSecret: true }, authenticator: { clientSecret: "wrong" } }],
    [
      "whose client does not allow it",
      { client: { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] } },
    ],
    ["that has no such client", { authenticator: { clientId: "nosuchclient" } }],
    [
      "that gives no right to read users",
      { reader: true, sandbox: { cognito: { permissions: { allow: ["cognito-idp:CreateUserPoolClient"] } } } },
    ],
  ])("%s is a matter for the operator, not for the user", async ([, options]) => {
    const jit = await startJit(options);
    expect(await jit.ask(jit.credentials("complete-profile"))).toEqual({
      verdict: "unavailable",
      next: "retry-later",
      reason: "configuration",
      retryAfterSeconds: 60,
    });
    expect(jit.verdicts.map(({ alarm }) => alarm)).toEqual([true]);
  });

  it("with a client that has a secret works by its hash", async () => {
    const jit = await startJit({ client: { GenerateSecret: true } });
    expect(await jit.ask(jit.credentials("complete-profile"))).toEqual(OK);
  });
});

describe("with several pools", () => {
  const TWO = { pools: 2, users: 60 } as const;

  /** A gateway at two pools, of which the second has a user by itself. */
  async function startTwo(options: Parameters<typeof startJit>[0] = {}): Promise<TestJit> {
    return startJit({
      ...options,
      sandbox: { ...TWO, ...options.sandbox },
      pools: async (sandbox, open) => Promise.all(sandbox.userPoolIds.map((id) => open(id))),
    });
  }

  const add = (jit: TestJit, pool: number, username: string, password: string): void => {
    const id = jit.sandbox.userPoolIds[pool] ?? "";
    jit.sandbox.cognitoService.state.pools.get(id)?.users.add({
      username,
      sub: `${username} of ${pool}`,
      attributes: [["email", `${username}@example.com`]],
      status: "CONFIRMED",
      createdAt: 1,
      password,
    });
  };

  it("a user is found in whichever it is, with one try at each", async () => {
    const jit = await startTwo();
    add(jit, 1, "second", "Passw0rd!");
    expect(await jit.ask({ username: "second", password: "Passw0rd!" })).toEqual(OK);
    expect(jit.tries()).toBe(2);
    expect(jit.provisioned.map(({ userPoolId }) => userPoolId)).toEqual([jit.sandbox.userPoolIds[1]]);
    expect(await jit.ask({ username: "second", password: "wrong" })).toEqual(CREDENTIALS);
    expect(jit.tries()).toBe(4);
  });

  it("whoever asks may name the pool", async () => {
    const jit = await startTwo();
    add(jit, 1, "second", "Passw0rd!");
    const body = { username: "second", password: "Passw0rd!" };
    expect(await jit.ask({ ...body, userPoolId: jit.sandbox.userPoolIds[0] })).toEqual(CREDENTIALS);
    expect(await jit.ask({ ...body, userPoolId: jit.sandbox.userPoolIds[1] })).toEqual(OK);
    expect(jit.tries()).toBe(2);
  });

  it("no password is tried where the pool says that there is no such user", async () => {
    const jit = await startTwo({ reader: true });
    add(jit, 1, "second", "Passw0rd!");
    expect(await jit.ask({ username: "second", password: "Passw0rd!" })).toEqual(OK);
    expect(jit.tries()).toBe(1);
  });

  it("of which one cannot answer, nobody hears that a password is wrong, and who is right is let in", async () => {
    const jit = await startTwo();
    add(jit, 1, "second", "Passw0rd!");
    const fault: Fault = { kind: "status", status: 500 };
    jit.sandbox.faults.add([{ service: "cognito", operation: "InitiateAuth", nth: 1, fault }]);
    jit.sandbox.faults.add([{ service: "cognito", operation: "InitiateAuth", nth: 3, fault }]);
    expect(await jit.ask({ username: "second", password: "wrong" })).toMatchObject({ verdict: "unavailable" });
    expect(await jit.ask({ username: "second", password: "Passw0rd!" })).toEqual(OK);
    jit.sandbox.faults.assertAllHappened();
  });

  it("somebody who is disabled in one and right in the other is let in by the other", async () => {
    const jit = await startTwo({ reader: true });
    add(jit, 1, "disabled", "Passw0rd!");
    expect(await jit.ask({ username: "disabled", password: "Passw0rd!" })).toEqual(OK);
    expect(await jit.ask({ username: "disabled", password: "wrong" })).toMatchObject({ verdict: "disabled" });
  });
});

describe("an account whose state is to be hidden", () => {
  it("looks like nobody's to who does not know its password", async () => {
    const jit = await startJit({ reader: true, policy: { hideStatus: true } });
    for (const kind of ["disabled", "unconfirmed", "reset-required", "force-change-password", "archived"]) {
      const { username } = jit.credentials(kind);
      expect(await jit.ask({ username, password: "wrong" })).toEqual(CREDENTIALS);
    }
    expect(jit.verdicts.map(({ cause }) => cause)).toEqual([
      "disabled",
      "not-confirmed",
      "reset-required",
      "temporary-password",
      "disabled",
    ]);
  });
});

describe("a second factor", () => {
  it("leads to a new password where nobody is to be carried over", async () => {
    const jit = await startJit({ reader: true, policy: { secondFactor: "recover" } });
    expect(await jit.ask(jit.credentials("totp-mfa"))).toEqual({
      verdict: "challenge",
      next: "reset-password",
      reason: "second-factor",
    });
    expect(jit.provisioned).toEqual([]);
  });

  it("is asked for of a user who has been provisioned with attributes and groups", async () => {
    const jit = await startJit({ reader: true });
    expect(await jit.ask({ ...jit.credentials("sms-mfa"), withLoginId: true })).toEqual({
      verdict: "challenge",
      next: "step-up",
      reason: "second-factor",
      loginId: "sms-mfa@example.com",
    });
    const [confirmed] = jit.provisioned;
    expect(confirmed?.user.attributes["phone_number"]).toBe("+12025550103");
    expect(confirmed?.groups).toEqual([]);
  });
});

describe("a user who has moved", () => {
  it.for<["disable" | "mark"]>([["disable"], ["mark"]])("is noted in the pool: %s", async ([kind]) => {
    const jit = await startJit({
      pools: async (sandbox, open) => {
        const pool = await open(sandbox.userPoolId);
        const calls = createPoolCalls(
          {
            region: sandbox.region,
            endpoint: sandbox.cognito,
            credentials: async () => ({ accessKeyId: "sandbox", secretAccessKey: "sandbox" }),
          },
          () => Date.now(),
        );
        const after = kind === "disable" ? ({ kind } as const) : ({ kind, attribute: "custom:plan" } as const);
        return [{ ...pool, marker: createMigratedUserMarker({ userPoolId: sandbox.userPoolId, calls, after }) }];
      },
    });
    const { username, password } = jit.credentials("complete-profile");
    const users = jit.sandbox.generated?.pool.users;
    const state = (): unknown => {
      const user = users?.byUsername(username);
      return user === undefined ? undefined : [user.enabled, users?.attribute(user, "custom:plan")];
    };
    await jit.ask({ username, password: "wrong" });
    await jit.gateway.stop();
    expect(state()).toEqual([true, "enterprise"]);
    expect(await jit.ask({ username, password })).toEqual(OK);
    await jit.gateway.stop();
    await jit.settled();
    expect(state()).toEqual(kind === "disable" ? [false, "enterprise"] : [true, "true"]);
  });
});

describe("a trigger of the pool", () => {
  const arn = "arn:aws:lambda:us-east-1:123456789012:function:guard";

  /** A pool whose trigger does as it is told, and a gateway before it. */
  async function startGuarded(guard: LambdaFunction): Promise<TestJit> {
    const sandbox = await startSandbox({ profile: "empty", cognito: { lambdas: { guard } } });
    onTestFinished(() => sandbox.stop());
    const pool = sandbox.cognitoService.createPool({ PoolName: "guarded", LambdaConfig: { PreAuthentication: arn } });
    pool.users.add({
      username: "ada",
      sub: "sub-of-ada",
      attributes: [["email", "ada@example.com"]],
      status: "CONFIRMED",
      createdAt: 1,
      password: "Passw0rd!",
    });
    return startJit({ world: sandbox, pools: async (_sandbox, open) => [await open(pool.id)] });
  }

  it("that refuses lets nobody in, whatever the password is", async () => {
    const jit = await startGuarded(async () => Promise.reject(new Error("no")));
    expect(await jit.ask({ username: "ada", password: "Passw0rd!" })).toEqual({
      verdict: "disabled",
      next: "stop",
      reason: "refused-by-trigger",
    });
    expect(jit.provisioned).toEqual([]);
  });

  it("can tell a check from a sign-in of the app", async () => {
    const seen: unknown[] = [];
    const jit = await startGuarded(async (event) => {
      seen.push(event.request["validationData"]);
      return event;
    });
    expect(await jit.ask({ username: "ada", password: "Passw0rd!" })).toEqual(OK);
    expect(seen).toEqual([{ checkedBy: "cognito-to-descope" }]);
  });
});
