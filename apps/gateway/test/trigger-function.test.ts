import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { TRIGGER_VARIABLES } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import { runFunction } from "./run-function.ts";
import { makeGateway, POOL, SECRET, SUB, type TestGateway } from "./start-gateway.ts";

const { url: URL_VARIABLE, secret: SECRET_VARIABLE, postConfirmation, postAuthentication } = TRIGGER_VARIABLES;
const EXISTING = "arn:aws:lambda:eu-west-1:123456789012:function:send-welcome";

/** An event as Cognito gives it. */
function anEvent(triggerSource = "PostAuthentication_Authentication"): Readonly<Record<string, unknown>> {
  return {
    version: "1",
    triggerSource,
    region: "eu-west-1",
    userPoolId: POOL,
    userName: "ada",
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "client" },
    request: {
      userAttributes: { sub: SUB, email: "canary@example.com", "cognito:user_status": "CONFIRMED" },
      newDeviceUsed: false,
    },
    response: {},
  };
}

async function listen(listener: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A gateway on a socket, whose clock is the machine's: the function has no other. */
async function startGateway(): Promise<TestGateway & { readonly url: string }> {
  const gateway = makeGateway();
  gateway.clock.time = Date.now();
  return Object.assign(gateway, { url: `${await gateway.gateway.start()}/v1/sync/events` });
}

describe("the emitted function", () => {
  test.each([
    "PostConfirmation_ConfirmSignUp",
    "PostConfirmation_ConfirmForgotPassword",
    "PostAuthentication_Authentication",
  ])("tells the gateway of a user by %s, and gives the event back", async (source) => {
    const gateway = await startGateway();
    const event = anEvent(source);
    const run = await runFunction(event, { [URL_VARIABLE]: gateway.url, [SECRET_VARIABLE]: SECRET });
    expect(run.answer).toEqual(event);
    expect(run.log).toBe("");
    expect(gateway.touched.map(({ userPoolId, sub }) => [userPoolId, sub])).toEqual([[POOL, SUB]]);
    await gateway.gateway.stop();
  });

  test("sends the IDs of user and pool, and nothing else of the event", async () => {
    let received = "";
    await using server = await listen((request, response) => {
      request.on("data", (chunk: Buffer) => (received += String(chunk)));
      request.on("end", () => response.writeHead(202).end());
    });
    await runFunction(anEvent(), { [URL_VARIABLE]: server.url, [SECRET_VARIABLE]: SECRET });
    expect(Object.keys(JSON.parse(received) as object)).toEqual(["id", "userPoolId", "sub"]);
  });

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ["refuses the signature", "HTTP 401", { [SECRET_VARIABLE]: "another secret of thirty-two characters" }],
    ["is not there", "ECONNREFUSED", { [URL_VARIABLE]: "http://127.0.0.1:2/v1/sync/events" }],
    ["has no URL", "ERR_INVALID_URL", { [URL_VARIABLE]: "" }],
  ])(
    "lets the user in when the gateway %s, and counts it without a word about the user",
    async (_what, reason, variables) => {
      const gateway = await startGateway();
      const event = anEvent();
      const run = await runFunction(event, { [URL_VARIABLE]: gateway.url, [SECRET_VARIABLE]: SECRET, ...variables });
      expect(run.answer).toEqual(event);
      expect(JSON.parse(run.log)).toEqual({
        c2d: "event-not-delivered",
        reason,
        trigger: "PostAuthentication_Authentication",
      });
      expect(gateway.touched).toEqual([]);
      await gateway.gateway.stop();
    },
  );

  test("lets the user in without a secret, and from an event that has no user", async () => {
    const gateway = await startGateway();
    const withoutSecret = await runFunction(anEvent(), { [URL_VARIABLE]: gateway.url });
    expect(withoutSecret.answer).toEqual(anEvent());
    const odd = { triggerSource: "PostAuthentication_Authentication", request: {} };
    const run = await runFunction(odd, { [URL_VARIABLE]: gateway.url, [SECRET_VARIABLE]: SECRET });
    expect(run.answer).toEqual(odd);
    expect(run.log).toContain("event-not-delivered");
    await gateway.gateway.stop();
  });

  test("does not wait for a gateway that never answers", async () => {
    await using server = await listen(() => undefined);
    const run = await runFunction(anEvent(), { [URL_VARIABLE]: server.url, [SECRET_VARIABLE]: SECRET });
    expect(run.answer).toEqual(anEvent());
    expect(JSON.parse(run.log)).toMatchObject({ reason: "TimeoutError" });
  });

  describe("of a pool that has a trigger already", () => {
    /** Lambda's API with one function. */
    async function startLambda(
      answer: (event: Readonly<Record<string, unknown>>) => { readonly payload: unknown; readonly error?: string },
    ): Promise<Awaited<ReturnType<typeof listen>> & { readonly called: string[] }> {
      const called: string[] = [];
      const server = await listen((request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += String(chunk)));
        request.on("end", () => {
          called.push(decodeURIComponent(request.url ?? ""));
          const { payload, error } = answer(JSON.parse(body) as Readonly<Record<string, unknown>>);
          response.writeHead(200, {
            "content-type": "application/json",
            ...(error === undefined ? {} : { "x-amz-function-error": error }),
          });
          response.end(JSON.stringify(payload));
        });
      });
      return Object.assign(server, { called });
    }

    const variables = (gateway: string, lambda: string): Readonly<Record<string, string>> => ({
      [URL_VARIABLE]: gateway,
      [SECRET_VARIABLE]: SECRET,
      [postConfirmation]: EXISTING,
      [postAuthentication]: "",
      AWS_ENDPOINT_URL_LAMBDA: lambda,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example",
    });

    test("calls the one that was there with the event, and gives its answer", async () => {
      const gateway = await startGateway();
      await using lambda = await startLambda((event) => ({ payload: { ...event, response: { welcomed: true } } }));
      const event = anEvent("PostConfirmation_ConfirmSignUp");
      const run = await runFunction(event, variables(gateway.url, lambda.url));
      expect(run.answer).toEqual({ ...event, response: { welcomed: true } });
      expect(lambda.called).toEqual([`/2015-03-31/functions/${EXISTING}/invocations`]);
      expect(gateway.touched).toHaveLength(1);
      await gateway.gateway.stop();
    });

    test("refuses what that one refuses, in its words", async () => {
      const gateway = await startGateway();
      await using lambda = await startLambda(() => ({
        payload: { errorType: "NotYet", errorMessage: "come back tomorrow" },
        error: "Unhandled",
      }));
      const run = await runFunction(anEvent("PostConfirmation_ConfirmSignUp"), variables(gateway.url, lambda.url));
      expect(run.error).toEqual({ name: "NotYet", message: "come back tomorrow" });
      await gateway.gateway.stop();
    });

    test("does not call it for the other trigger, and calls it when the gateway is not there", async () => {
      await using lambda = await startLambda((event) => ({ payload: event }));
      const gone = variables("http://127.0.0.1:2/", lambda.url);
      expect((await runFunction(anEvent(), gone)).answer).toEqual(anEvent());
      expect(lambda.called).toEqual([]);
      const event = anEvent("PostConfirmation_ConfirmSignUp");
      expect((await runFunction(event, gone)).answer).toEqual(event);
      expect(lambda.called).toHaveLength(1);
    });
  });
});
