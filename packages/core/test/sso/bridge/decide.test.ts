import { describe, expect, test } from "vitest";
import type { BridgeRequest, ConnectionMode, ConnectionModes, Decision } from "../../../src/index.ts";
import { connectionKey, decide } from "../../../src/index.ts";
import { bridgeOf, FORM, formOf, oidcConnection, POOL, responseOf, samlConnection } from "./sample-bridge.ts";

const ACS = "/v1/auth/saml/acs?projectId=P2abcdefghijklmnopqrstuvwxyz";
const { config, host } = bridgeOf([
  samlConnection("Acme"),
  samlConnection("Globex", { ssoId: "second" }),
  samlConnection("Twin1", { idpEntityIds: ["https://twins.example"], identifiers: ["twins.example"] }),
  samlConnection("Twin2", { idpEntityIds: ["https://twins.example"], identifiers: ["twins.example"] }),
  oidcConnection("Initech"),
]);
const ACME = "https://idp.acme.example/entity";

function modes(
  byName: Readonly<Record<string, ConnectionMode>>,
  fallback: ConnectionMode = "cognito",
): ConnectionModes {
  const entries = Object.entries(byName).map(
    ([name, mode]) => [connectionKey({ userPoolId: POOL, name }), mode] as const,
  );
  return { default: fallback, byConnection: new Map(entries) };
}

function decideSaml(
  fields: Readonly<Record<string, string>>,
  given: ConnectionModes = modes({}, "descope"),
  more: Partial<BridgeRequest> = {},
): Decision {
  const request = {
    method: "POST",
    path: "/saml2/idpresponse",
    query: "",
    contentType: FORM,
    body: formOf(fields),
    ...more,
  };
  return decide(request, host, config, given);
}

function idpInitiated(parameters: Readonly<Record<string, string>>): string {
  return formOf({
    client_id: "4client",
    redirect_uri: "https://app.example.com/callback",
    response_type: "code",
    ...parameters,
  });
}

describe("a SAML response", () => {
  test("goes to Descope in every mode when Descope began the sign-in, and no tenant is named beside the state", () => {
    for (const mode of ["cognito", "log-only", "descope"] as const) {
      const decision = decideSaml({ SAMLResponse: responseOf(ACME), RelayState: "s/abc" }, modes({}, mode));
      expect(decision).toMatchObject({
        to: "descope",
        target: ACS,
        withoutRelayState: false,
        reason: "begun-at-descope",
        mode,
      });
      expect(decision.connection?.name).toBe("Acme");
    }
  });

  test("goes to Cognito in every mode when the state is Cognito's own", () => {
    const decision = decideSaml({ SAMLResponse: responseOf(ACME), RelayState: "H4sIAAAAAAAAAD2Py27CMBBFf8Xy" });
    expect(decision).toMatchObject({ to: "cognito", reason: "begun-at-cognito", origin: "cognito" });
    expect(decision.connection?.name).toBe("Acme");
  });

  test("that the provider began goes where the mode of the named connection says, without the relay state", () => {
    const fields = { SAMLResponse: responseOf(ACME), RelayState: idpInitiated({ identity_provider: "Acme" }) };
    expect(decideSaml(fields, modes({ Acme: "cognito" }))).toMatchObject({ to: "cognito", reason: "named-connection" });
    expect(decideSaml(fields, modes({ Acme: "log-only" }))).toMatchObject({ to: "cognito", wouldGoTo: "descope" });
    expect(decideSaml(fields, modes({ Acme: "descope" }))).toMatchObject({
      to: "descope",
      target: `${ACS}&tenantId=acme`,
      withoutRelayState: true,
    });
    expect(decideSaml(fields, modes({ Globex: "descope" }))).toMatchObject({ to: "cognito" });
  });

  test("names a connection by an identifier too, and the configuration of a tenant that has several", () => {
    const fields = {
      SAMLResponse: responseOf("https://idp.globex.example/entity"),
      RelayState: idpInitiated({ idp_identifier: "globex.example" }),
    };
    expect(decideSaml(fields)).toMatchObject({ to: "descope", target: `${ACS}&tenantId=globex&ssoId=second` });
  });

  test("without relay state goes by its issuer, where exactly one connection has it", () => {
    expect(decideSaml({ SAMLResponse: responseOf(ACME), RelayState: "" })).toMatchObject({
      to: "descope",
      target: `${ACS}&tenantId=acme`,
      reason: "known-issuer",
    });
    expect(decideSaml({ SAMLResponse: responseOf(ACME) })).toMatchObject({ to: "descope" });
    expect(decideSaml({ SAMLResponse: responseOf("https://twins.example") })).toMatchObject({
      to: "cognito",
      reason: "issuer-unknown",
    });
    expect(decideSaml({ SAMLResponse: responseOf("https://nobody.example") })).toMatchObject({
      reason: "issuer-unknown",
    });
    expect(decideSaml({ SAMLResponse: "%%%" })).toMatchObject({ to: "cognito", reason: "issuer-unreadable" });
  });

  test("of one of two connections with the same issuer goes by the name that it gives", () => {
    const SAMLResponse = responseOf("https://twins.example");
    expect(decideSaml({ SAMLResponse, RelayState: idpInitiated({ identity_provider: "Twin2" }) })).toMatchObject({
      target: `${ACS}&tenantId=twin2`,
    });
    expect(decideSaml({ SAMLResponse, RelayState: idpInitiated({ idp_identifier: "twins.example" }) })).toMatchObject({
      to: "cognito",
      reason: "connection-unknown",
    });
  });

  test.each([
    [
      "another issuer",
      responseOf("https://idp.globex.example/entity"),
      { identity_provider: "Acme" },
      "issuer-differs",
    ],
    ["an issuer that nobody has", responseOf("https://x.example"), { identity_provider: "Acme" }, "issuer-unknown"],
    ["an unknown connection", responseOf(ACME), { identity_provider: "acme" }, "connection-unknown"],
    ["an OIDC connection", responseOf(ACME), { identity_provider: "Initech" }, "connection-unknown"],
    [
      "two connections",
      responseOf(ACME),
      { identity_provider: "Acme", idp_identifier: "globex.example" },
      "connection-unknown",
    ],
    ["an unknown client", responseOf(ACME), { identity_provider: "Acme", client_id: "5" }, "redirect-not-allowed"],
    [
      "an address that the client does not allow",
      responseOf(ACME),
      { identity_provider: "Acme", redirect_uri: "https://evil.example" },
      "redirect-not-allowed",
    ],
  ])("that names %s stays with Cognito", (_what, SAMLResponse, parameters, reason) => {
    expect(decideSaml({ SAMLResponse, RelayState: idpInitiated(parameters) })).toMatchObject({ to: "cognito", reason });
  });

  test("that cannot be read far enough goes by the name that it gives", () => {
    const fields = { SAMLResponse: "PHg+", RelayState: idpInitiated({ identity_provider: "Acme" }) };
    expect(decideSaml(fields)).toMatchObject({ to: "descope", reason: "named-connection" });
  });

  test.each([
    ["two relay states", `SAMLResponse=${responseOf(ACME)}&RelayState=s/a&RelayState=`],
    ["two responses", `SAMLResponse=a&SAMLResponse=b&RelayState=s/a`],
    ["a name written in two ways", `SAMLResponse=a&RelayState=x&%52elayState=s/a`],
    ["no response", "RelayState=s/a"],
    ["an empty response", "SAMLResponse=&RelayState=s/a"],
    ["a percent sign that stands for nothing", "SAMLResponse=a&RelayState=s/a%"],
    ["bytes that are no text", "SAMLResponse=a&RelayState=s/%ff"],
    ["more fields than a provider sends", `SAMLResponse=a&RelayState=s/a${"&x=1".repeat(100)}`],
  ])("with %s stays with Cognito", (_what, body) => {
    expect(decideSaml({}, undefined, { body })).toMatchObject({ to: "cognito", reason: "form-ambiguous" });
  });

  test("with a relay state in the query stays with Cognito, and so does one that is too large", () => {
    const fields = { SAMLResponse: responseOf(ACME), RelayState: "s/a" };
    for (const query of ["RelayState=s/b", "a=b&relaystate=", "%52elayState=x", "SAMLResponse=x"]) {
      expect(decideSaml(fields, undefined, { query })).toMatchObject({ to: "cognito", reason: "form-ambiguous" });
    }
    expect(decideSaml(fields, undefined, { body: undefined })).toMatchObject({ to: "cognito" });
  });

  test("in a relay state of Cognito's form a parameter twice is ambiguous", () => {
    const RelayState = `${idpInitiated({ identity_provider: "Acme" })}&identity_provider=Globex`;
    expect(decideSaml({ SAMLResponse: responseOf(ACME), RelayState })).toMatchObject({
      to: "cognito",
      reason: "form-ambiguous",
    });
  });
});

describe("an OIDC response", () => {
  const decideOidc = (query: string, more: Partial<BridgeRequest> = {}): Decision =>
    decide(
      { method: "GET", path: "/oauth2/idpresponse", query, contentType: undefined, ...more },
      host,
      config,
      modes({}, "descope"),
    );

  test("is the bridge's when the bridge sealed its state, by query or form post", () => {
    const expected = { to: "oidc-call-back", sealedState: "c2d1.abc", reason: "sealed-state" };
    expect(decideOidc("code=x&state=c2d1.abc")).toMatchObject(expected);
    const posted = { method: "POST", contentType: FORM, body: "code=x&state=c2d1.abc" };
    expect(decideOidc("", posted)).toMatchObject(expected);
    expect(decideOidc("state=x", posted)).toMatchObject({ to: "cognito", reason: "not-a-response" });
  });

  test("is Cognito's with every other state", () => {
    expect(decideOidc("code=x&state=H4sIAAAA")).toMatchObject({ to: "cognito", reason: "begun-at-cognito" });
    expect(decideOidc("code=x")).toMatchObject({ to: "cognito" });
    expect(decideOidc("code=c2d1.x&state=other")).toMatchObject({ to: "cognito", reason: "begun-at-cognito" });
    expect(decideOidc("state=c2d1.a&state=c2d1.b")).toMatchObject({ to: "cognito", reason: "form-ambiguous" });
  });
});
