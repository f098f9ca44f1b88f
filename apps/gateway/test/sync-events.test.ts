import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type EventRequest, makeGateway, POOL, SECRET, signed, SUB } from "./start-gateway.ts";

async function refusal(response: Response): Promise<unknown> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const body = (await response.json()) as Readonly<Record<string, unknown>>;
  expect(body).toMatchObject({
    type: `urn:cognito-to-descope:problem:${String(body["code"])}`,
    status: response.status,
  });
  expect(Object.keys(body)).toEqual(["type", "title", "status", "code"]);
  return [response.status, body["code"]];
}

describe("an event", () => {
  test("that is signed is accepted, and its user noted with the gateway's own time", async () => {
    const gateway = makeGateway();
    const response = await gateway.post();
    expect([response.status, await response.text()]).toEqual([202, ""]);
    expect(gateway.touched).toEqual([{ userPoolId: POOL, sub: SUB, at: gateway.clock.time }]);
  });

  const id = "1";
  it.for<[string, EventRequest, [number, string]]>([
    ["with another secret", { secret: "another secret, also thirty-two characters" }, [401, "unauthorized"]],
    ["without a signature", { signature: "" }, [401, "unauthorized"]],
    ["with a signature of another form", { signature: "v0=0123" }, [401, "unauthorized"]],
    ["with a signature for another time", { headers: { "c2d-timestamp": "1800000001" } }, [401, "unauthorized"]],
    ["without a timestamp", { headers: { "c2d-timestamp": "" } }, [401, "unauthorized"]],
    ["that was signed too long ago", { timestamp: "1799999699" }, [401, "timestamp-out-of-range"]],
    ["that comes from the future", { timestamp: "1800000301" }, [401, "timestamp-out-of-range"]],
    ["with a timestamp that is no number", { timestamp: "soon" }, [401, "timestamp-out-of-range"]],
    ["with an endless timestamp", { timestamp: "9".repeat(400) }, [401, "timestamp-out-of-range"]],
    ["in another media type", { headers: { "content-type": "text/plain" } }, [415, "unsupported-media-type"]],
    ["that is no JSON", { text: "{" }, [400, "invalid-event"]],
    ["that is another JSON", { body: [1, 2] }, [400, "invalid-event"]],
    ["without a user", { body: { id, userPoolId: POOL } }, [400, "invalid-event"]],
    ["with a user that is no text", { body: { id, userPoolId: POOL, sub: 1 } }, [400, "invalid-event"]],
    ["with line breaks in its user", { body: { id, userPoolId: POOL, sub: "a\nb" } }, [400, "invalid-event"]],
    ["with an endless user", { body: { id, userPoolId: POOL, sub: "a".repeat(129) } }, [400, "invalid-event"]],
    ["without an ID", { body: { userPoolId: POOL, sub: SUB } }, [400, "invalid-event"]],
    ["of another pool", { body: { id, userPoolId: "eu-west-1_Other", sub: SUB } }, [422, "unknown-user-pool"]],
    ["that is too large", { text: " ".repeat(5000) }, [413, "body-too-large"]],
  ])("%s is refused, and nobody is noted", async ([, request, expected]) => {
    const gateway = makeGateway();
    expect(await refusal(await gateway.post(request))).toEqual(expected);
    expect(gateway.touched).toEqual([]);
  });

  test("is taken within five minutes of either clock", async () => {
    const gateway = makeGateway();
    for (const seconds of [-300, 300]) {
      const response = await gateway.post({ timestamp: String(1_800_000_000 + seconds) });
      expect(response.status).toBe(202);
    }
  });

  test("that is sent again is refused for as long as its time counts", async () => {
    const gateway = makeGateway();
    const request = { method: "POST", ...signed({ timestamp: "1800000300" }, 0) };
    const send = async (): Promise<Response> => gateway.gateway.app.request("/v1/sync/events", request);
    expect((await send()).status).toBe(202);
    expect(await refusal(await send())).toEqual([409, "replayed"]);
    gateway.clock.time += 599_000;
    expect(await refusal(await send())).toEqual([409, "replayed"]);
    gateway.clock.time += 2000;
    expect(await refusal(await send())).toEqual([401, "timestamp-out-of-range"]);
    expect(gateway.touched).toHaveLength(1);
  });

  test("that the store could not take can be sent again", async () => {
    const gateway = makeGateway();
    const request = { method: "POST", ...signed({}, gateway.clock.time) };
    gateway.storeFault = new Error(`cannot write ${SUB}`);
    const failed = await gateway.gateway.app.request("/v1/sync/events", request);
    expect(failed.headers.get("retry-after")).toBe("5");
    expect(await refusal(failed)).toEqual([503, "unavailable"]);
    gateway.storeFault = undefined;
    expect((await gateway.gateway.app.request("/v1/sync/events", request)).status).toBe(202);
  });

  test("comes not faster than the rate, and again when time has gone by", async () => {
    const gateway = makeGateway({ eventRate: { burst: 3, perSecond: 2 } });
    const statuses = async (count: number): Promise<readonly number[]> => {
      const found: number[] = [];
      for (let index = 0; index < count; index += 1) found.push((await gateway.post()).status);
      return found;
    };
    expect(await statuses(5)).toEqual([202, 202, 202, 429, 429]);
    const refused = await gateway.post({ secret: "x" });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refusal(refused)).toEqual([429, "rate-limited"]);
    gateway.clock.time += 1000;
    expect(await statuses(3)).toEqual([202, 202, 429]);
  });

  test.prop(
    [fc.string({ unit: "binary", maxLength: 200 }), fc.string({ maxLength: 80 }), fc.string({ maxLength: 20 })],
    {
      numRuns: 100,
    },
  )("of any text without the secret is refused as unauthorized", async (text, signature, timestamp) => {
    const gateway = makeGateway();
    const header = (value: string): string => value.replace(/[^\x21-\x7e]/g, "");
    const response = await gateway.gateway.app.request("/v1/sync/events", {
      method: "POST",
      body: text,
      headers: { "c2d-signature": header(signature), "c2d-timestamp": header(timestamp) },
    });
    expect(await refusal(response)).toEqual([401, "unauthorized"]);
  });

  test("leaves nothing of itself in the log, refused or not", async () => {
    const gateway = makeGateway();
    gateway.storeFault = new Error(`cannot write ${SUB}`);
    await gateway.post();
    gateway.storeFault = undefined;
    await gateway.post();
    await gateway.post({ secret: "wrong" });
    await gateway.gateway.app.request(`/v1/users/${SUB}?email=ada@example.com`);
    const log = JSON.stringify(gateway.entries);
    for (const canary of [SUB, POOL, SECRET, "ada@example.com"]) expect(log).not.toContain(canary);
    expect(gateway.entries.map(({ route, status }) => [route, status])).toEqual([
      ["/v1/sync/events", 503],
      ["/v1/sync/events", 202],
      ["/v1/sync/events", 401],
      ["-", 404],
    ]);
  });
});

describe("any answer", () => {
  it.for([
    ["GET", "/healthz"],
    ["GET", "/readyz"],
    ["GET", "/nowhere"],
    ["GET", "/v1/sync/events"],
    ["POST", "/v1/sync/events"],
  ])("to %s %s has the headers of an answer that is no page", async ([method = "", path = ""]) => {
    const response = await makeGateway().gateway.app.request(path, { method });
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("x-powered-by")).toBeNull();
  });

  test("to another method or path is a problem too", async () => {
    const { app } = makeGateway().gateway;
    const other = await app.request("/v1/sync/events", { method: "DELETE" });
    expect(other.headers.get("allow")).toBe("POST");
    expect(await refusal(other)).toEqual([405, "method-not-allowed"]);
    expect(await refusal(await app.request("/"))).toEqual([404, "not-found"]);
  });
});
