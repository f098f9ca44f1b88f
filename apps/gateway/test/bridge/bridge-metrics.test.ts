import { expect, test } from "vitest";
import { formOf, responseOf } from "../../../../packages/core/test/sso/bridge/sample-bridge.ts";
import { serveMetrics } from "../../src/index.ts";
import { createBridgeMetrics } from "../../src/metrics.ts";
import { handClock, startScene } from "./bridge-scene.ts";
import { ask, post } from "./raw-client.ts";

test("metrics say on which side a connection is alive, at an address of their own", async () => {
  const metrics = createBridgeMetrics();
  await using served = await serveMetrics(metrics, { host: "127.0.0.1", port: 0 }, handClock());
  await using scene = await startScene({
    onDecision: (entry) => metrics.decided(entry),
    onPassThrough: (host, status) => metrics.passed(host, status),
  });
  await ask(scene.port, { path: "/login?canary=1" });
  const SAMLResponse = responseOf("https://idp.acme.example/entity");
  await post(scene.port, "/saml2/idpresponse", formOf({ SAMLResponse, RelayState: "s/1" }));
  await post(scene.port, "/saml2/idpresponse", formOf({ SAMLResponse, RelayState: "H4sI" }));
  expect((await ask(scene.port, { path: "/metrics" })).body).toBe("cognito ok");
  const text = await (await fetch(served.url)).text();
  const labels =
    'connection="eu-west-1_AbCdEf123/Acme",to="descope",reason="begun-at-descope",mode="cognito",accepted=""';
  expect(text).toContain(`c2d_bridge_decisions_total{${labels}} 1`);
  expect(text).toContain(
    'c2d_bridge_last_response_timestamp_seconds{connection="eu-west-1_AbCdEf123/Acme",to="cognito"} 1800000000',
  );
  expect(text).toContain('c2d_bridge_passed_through_total{host="auth.example.com",status="2xx"} 2');
  expect(text).not.toContain("canary");
});
