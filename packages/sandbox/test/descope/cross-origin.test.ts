import { expect, test } from "vitest";

import { openWorld, projectId } from "./world.ts";

const origin = "https://app.example";

test("a page of another origin may call the authentication side", async () => {
  await using world = await openWorld();
  const preflight = await fetch(`${world.server.url}/v1/flow/start`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });
  expect(preflight.status).toBe(204);
  expect(Object.fromEntries(preflight.headers)).toMatchObject({
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-allow-headers": "authorization,content-type",
  });
  const answer = await fetch(`${world.server.url}/v2/keys/${projectId}`, { headers: { origin } });
  expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
});

test("no page may read answers of the management side", async () => {
  await using world = await openWorld();
  const path = `${world.server.url}/v1/mgmt/user/create`;
  const preflight = await fetch(path, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST" },
  });
  expect(preflight.status).toBe(403);
  const answer = await fetch(path, { method: "POST", headers: { origin }, body: "{}" });
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
});
