import { createContext, Script } from "node:vm";
import { expect, test } from "vitest";
import {
  formOf,
  oidcConnection,
  responseOf,
  samlConnection,
  writtenConfig,
} from "../../../../packages/core/test/sso/bridge/sample-bridge.ts";
import { bundleBridge } from "../../../../scripts/bundle-bridge.ts";
import type { Worker, WorkerEnvironment, WorkerPorts } from "../../src/worker.ts";

/** What a Worker finds in its global scope, and nothing of Node. */
const RUNTIME = {
  AbortController,
  atob,
  btoa,
  console,
  crypto,
  Headers,
  ReadableStream,
  Request,
  Response,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
  Uint8Array,
};

type CreateWorker = (written: unknown, ports?: WorkerPorts) => Worker;

async function loadWorker(): Promise<CreateWorker> {
  const code = await bundleBridge("worker");
  const [, local = ""] = /export\s*\{\s*([\w$]+) as createWorker\s*\};?\s*$/.exec(code) ?? [];
  const script = new Script(`${code.replace(/export\s*\{[^}]*\};?\s*$/, "")};${local}`);
  return script.runInContext(createContext({ ...RUNTIME })) as CreateWorker;
}

interface Fetched {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
  readonly redirect: string;
}

function fetching(fetched: Fetched[], answer = (): Response => new Response("ok")): WorkerPorts {
  return {
    async fetch(request) {
      const { url, method, headers, redirect } = request;
      fetched.push({ url, method, headers, redirect, body: await request.text() });
      return answer();
    },
    onDecision: () => undefined,
  };
}

const HOST = "https://auth.example.com";
const written = writtenConfig([samlConnection("Acme"), oidcConnection("Initech")]);
const FORM = { "content-type": "application/x-www-form-urlencoded" };

function saml(RelayState: string): Request {
  const body = formOf({ SAMLResponse: responseOf("https://idp.acme.example/entity"), RelayState });
  return new Request(`${HOST}/saml2/idpresponse`, { method: "POST", headers: { ...FORM, cookie: "cognito=1" }, body });
}

test("the bundle runs where there is nothing of Node, decides, seals and follows its modes", async () => {
  const createWorker = await loadWorker();
  const fetched: Fetched[] = [];
  const worker = createWorker(written, fetching(fetched));
  let modes: string | null = null;
  const environment: WorkerEnvironment = {
    C2D_BRIDGE_STATE_SECRET: "a secret of at least thirty-two characters",
    MODES: { get: async () => modes },
  };

  const page = await worker.fetch(new Request(`${HOST}/login?a=%2F`, { headers: { cookie: "a=1" } }), environment);
  expect(await page.text()).toBe("ok");
  expect(fetched[0]).toMatchObject({ url: `${HOST}/login?a=%2F`, redirect: "manual" });
  expect(fetched[0]?.headers.get("cookie")).toBe("a=1");

  await worker.fetch(saml("s/1"), environment);
  expect(fetched[1]?.url).toBe("https://api.descope.com/v1/auth/saml/acs?projectId=P2abcdefghijklmnopqrstuvwxyz");
  expect(fetched[1]?.headers.get("cookie")).toBeNull();
  expect(fetched[1]?.body).toBe(await saml("s/1").text());

  const named = formOf({ identity_provider: "Acme", client_id: "4client" });
  await worker.fetch(saml(named), environment);
  modes = JSON.stringify({
    version: 1,
    default: "cognito",
    connections: { "eu-west-1_AbCdEf123/Acme": { stage: "descope", since: 0 } },
  });
  await worker.fetch(saml(named), environment);
  modes = "{";
  await worker.fetch(saml(named), environment);
  expect(fetched.slice(2).map(({ url }) => new URL(url).host)).toEqual([
    "auth.example.com",
    "api.descope.com",
    "api.descope.com",
  ]);

  const authorize = new URLSearchParams({
    client_id: "Initech-client",
    redirect_uri: "https://api.descope.com/v1/oauth/callback",
    response_type: "code",
    state: "1",
  });
  const begun = await worker.fetch(
    new Request(`${HOST}/_bridge/oidc/Initech/authorize?${authorize.toString()}`),
    environment,
  );
  const state = new URL(begun.headers.get("location") ?? "").searchParams.get("state") ?? "";
  const cookie = begun.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const finish = (): Promise<Response> =>
    worker.fetch(
      new Request(`${HOST}/oauth2/idpresponse?${formOf({ code: "c", state })}`, { headers: { cookie } }),
      environment,
    );
  expect((await finish()).headers.get("location")).toBe("https://api.descope.com/v1/oauth/callback?code=c&state=1");
  expect((await finish()).status).toBe(400);
});

test("a Worker refuses other hosts, large bodies and its own requests, and says when nobody answers", async () => {
  const createWorker = await loadWorker();
  const failing = createWorker(written, {
    fetch: async () => {
      throw new Error("no route to host");
    },
    onDecision: () => undefined,
  });
  const status = async (request: Request): Promise<number> => (await failing.fetch(request, {})).status;
  expect(await status(new Request("https://other.example/"))).toBe(421);
  expect(await status(new Request(`${HOST}/login`, { headers: { "c2d-bridge-hop": "1" } }))).toBe(508);
  expect(
    await status(
      new Request(`${HOST}/saml2/idpresponse`, { method: "POST", headers: FORM, body: "x".repeat(524_289) }),
    ),
  ).toBe(413);
  expect(await status(saml("s/1"))).toBe(502);
  expect(await status(new Request(`${HOST}/_bridge/health`))).toBe(200);
});
