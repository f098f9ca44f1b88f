import { Agent } from "node:http";
import { connectionKey, type ConnectionModes } from "@cognito-to-descope/core";
import { expect, test } from "vitest";
import {
  formOf,
  oidcConnection,
  POOL,
  responseOf,
  samlConnection,
} from "../../../../packages/core/test/sso/bridge/sample-bridge.ts";
import { startScene } from "./bridge-scene.ts";
import { ask, post } from "./raw-client.ts";

const COUNT = 1000;

interface Sent {
  readonly at: "cognito" | "descope" | "bridge";
  /** What the server gets as its path and query; undefined for the bridge's own. */
  readonly url?: string;
  readonly send: () => Promise<{ readonly status: number; readonly body: string }>;
}

test("1,000 connections, half in each mode: every request of mixed traffic is at its right place", async () => {
  const names = Array.from({ length: COUNT }, (_, index) => `Customer${index}`);
  const isOidc = (index: number): boolean => index % 10 === 9;
  const connections = names.map((name, index) => (isOidc(index) ? oidcConnection(name) : samlConnection(name)));
  await using scene = await startScene({ connections });
  const moved = names.filter((_name, index) => index % 2 === 1);
  const modes: ConnectionModes = {
    default: "cognito",
    byConnection: new Map(moved.map((name) => [connectionKey({ userPoolId: POOL, name }), "descope"])),
  };
  scene.modes = modes;
  const { port } = scene;
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const acs = "/v1/auth/saml/acs?projectId=P2abcdefghijklmnopqrstuvwxyz";

  const sent = names.flatMap((name, index): Sent[] => {
    const at = index % 2 === 1 ? "descope" : "cognito";
    const tenant = `&tenantId=${name.toLowerCase()}`;
    const passing: Sent = {
      at: "cognito",
      url: `/oauth2/token?${name}`,
      send: () =>
        post(
          port,
          `/oauth2/token?${name}`,
          formOf({ code: name, RelayState: "s/x", SAMLResponse: "x" }),
          {},
          { agent },
        ),
    };
    if (isOidc(index)) {
      const path = `/_bridge/oidc/${name}/authorize?client_id=${name}-client&redirect_uri=https%3A%2F%2Fapi.descope.com%2Fv1%2Foauth%2Fcallback&response_type=code`;
      const opaque = `/oauth2/idpresponse?code=${name}&state=H4sI`;
      return [
        passing,
        { at: "bridge", send: () => ask(port, { path, agent }) },
        { at: "cognito", url: opaque, send: () => ask(port, { path: opaque, agent }) },
      ];
    }
    const SAMLResponse = responseOf(`https://idp.${name.toLowerCase()}.example/entity`);
    const to = (relayState: string) => () =>
      post(port, `/saml2/idpresponse?${name}`, formOf({ SAMLResponse, RelayState: relayState }), {}, { agent });
    const named = formOf({ identity_provider: name, client_id: "4client" });
    const identified = formOf({ idp_identifier: `${name.toLowerCase()}.example`, client_id: "4client" });
    const own = `/saml2/idpresponse?${name}`;
    return [
      passing,
      { at: "descope", url: acs, send: to(`s/${name}`) },
      { at, url: at === "descope" ? acs + tenant : own, send: to(index % 4 < 2 ? named : identified) },
      { at, url: at === "descope" ? acs + tenant : own, send: to("") },
      { at: "cognito", url: own, send: to(`H4sIAAAA${name}`) },
    ];
  });
  // All connections at once in any order, as their users come.
  const queue = sent.toSorted((a, b) => (((a.url ?? "").length * 7919) % 13) - (((b.url ?? "").length * 7919) % 13));
  const wrong: unknown[] = [];
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
        const { status, body } = await one.send();
        const right = one.at === "bridge" ? status === 303 : body === `${one.at} ok`;
        if (!right) wrong.push({ ...one, status, body });
      }
    }),
  );
  agent.destroy();
  expect(wrong).toEqual([]);
  const urls = (at: Sent["at"]): readonly string[] =>
    sent
      .filter((one) => one.at === at)
      .map((one) => one.url ?? "")
      .sort();
  expect(scene.cognito.seen.map(({ url }) => url).sort()).toEqual(urls("cognito"));
  expect(scene.descope.seen.map(({ url }) => url).sort()).toEqual(urls("descope"));
});
