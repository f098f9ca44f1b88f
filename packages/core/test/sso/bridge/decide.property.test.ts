import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { BridgeRequest, ConnectionModes } from "../../../src/index.ts";
import { decide, peekIssuer, withoutField } from "../../../src/index.ts";
import { readRelayState } from "../../../src/sso/bridge/relay-state.ts";
import { base64, bridgeOf, FORM, formOf, oidcConnection, responseOf, samlConnection } from "./sample-bridge.ts";

const { config, host } = bridgeOf([samlConnection("Acme"), samlConnection("Globex"), oidcConnection("Initech")]);
const EVERYTHING_MOVED: ConnectionModes = { default: "descope", byConnection: new Map() };

/** A response that would go to Descope, were it posted to the call-back. */
const TEMPTING = formOf({ SAMLResponse: responseOf("https://idp.acme.example/entity"), RelayState: "s/abc" });

const method = fc.constantFrom("GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "post", "PROPFIND");
const nearlyCallBack = fc.constantFrom(
  "//saml2/idpresponse",
  "/saml2//idpresponse",
  "/saml2/idpresponse/",
  "/SAML2/idpresponse",
  "/saml2/idpResponse",
  "/saml2/%69dpresponse",
  "/saml2%2fidpresponse",
  "/saml2/idpresponse%00",
  "/saml2/idpresponse;x=1",
  "/saml2/idpresponse/.",
  "/./saml2/idpresponse",
  "/x/../saml2/idpresponse",
  "/%2e/saml2/idpresponse",
  "/saml2\\idpresponse",
  "/saml2/logout",
  "/saml2/idpresponse ",
  "/login",
  "/oauth2/token",
  "/oauth2/authorize",
  "/oauth2/idpresponse/",
  "/OAuth2/idpresponse",
  "/oauth2/idpresponses",
  "/confirmUser",
  "/",
  "",
);
const path = fc.oneof(
  { weight: 3, arbitrary: nearlyCallBack },
  { weight: 1, arbitrary: fc.string().map((text) => `/${text}`) },
  { weight: 1, arbitrary: fc.webPath() },
);
const contentType = fc.option(
  fc.constantFrom(
    FORM,
    `${FORM}; charset=UTF-8`,
    "multipart/form-data; boundary=x",
    "text/plain",
    "",
    `${FORM}, text/plain`,
  ),
  { nil: undefined },
);
const body = fc.oneof(fc.constant(TEMPTING), fc.string(), fc.webQueryParameters(), fc.string({ unit: "binary" }));
const anyRequest: fc.Arbitrary<BridgeRequest> = fc.record({
  method,
  path,
  query: fc.oneof(fc.constant(""), fc.webQueryParameters(), fc.constant("RelayState=s/abc&state=c2d1.x")),
  contentType,
  body: fc.option(body, { nil: undefined }),
});

describe("decide", () => {
  test.prop([anyRequest], { numRuns: 2000 })("leaves everything but the two call-backs with Cognito", (request) => {
    fc.pre(request.path !== "/saml2/idpresponse" && request.path !== "/oauth2/idpresponse");
    expect(decide(request, host, config, EVERYTHING_MOVED)).toEqual({ to: "cognito", reason: "other-path" });
  });

  test.prop([fc.constantFrom("/login", "/oauth2/token", "/forgotPassword"), fc.string(), fc.string(), method])(
    "never moves a password or a code, whatever stands beside it",
    (at, name, secret, how) => {
      const request = {
        method: how,
        path: at,
        query: "RelayState=s/x",
        contentType: FORM,
        body: `${TEMPTING}&${formOf({ username: name, password: secret, code: secret, grant_type: "authorization_code" })}`,
      };
      expect(decide(request, host, config, EVERYTHING_MOVED).to).toBe("cognito");
    },
  );

  test.prop([method, contentType, body, fc.webQueryParameters()], { numRuns: 2000 })(
    "sends a SAML response to one address of Descope, and only a form that was posted",
    (how, type, text, query) => {
      const request = { method: how, path: "/saml2/idpresponse", query, contentType: type, body: text };
      const decision = decide(request, host, config, EVERYTHING_MOVED);
      expect(["cognito", "descope"]).toContain(decision.to);
      if (decision.to !== "descope") return;
      expect(how).toBe("POST");
      expect(type).toMatch(/^application\/x-www-form-urlencoded/);
      expect(decision.target).toMatch(
        /^\/v1\/auth\/saml\/acs\?projectId=P2abcdefghijklmnopqrstuvwxyz(?:&tenantId=(?:acme|globex))?$/,
      );
    },
  );

  test.prop([fc.string(), fc.string(), fc.webQueryParameters()], { numRuns: 1000 })(
    "without modes sends nothing to Descope that Descope did not begin",
    (response, relayState, query) => {
      fc.pre(!relayState.startsWith("s/"));
      const text = formOf({ SAMLResponse: response, RelayState: relayState });
      const request = { method: "POST", path: "/saml2/idpresponse", query, contentType: FORM, body: text };
      expect(decide(request, host, config, { default: "cognito", byConnection: new Map() }).to).toBe("cognito");
    },
  );

  test.prop([fc.string({ unit: "binary" })], { numRuns: 1000 })("tells every relay state apart", (text) => {
    const { form } = readRelayState(text);
    expect(form === "descope").toBe(text.startsWith("s/"));
    expect(form === "empty").toBe(text === "");
  });

  test.prop([fc.array(fc.tuple(fc.string(), fc.string())), fc.string()])(
    "takes the relay state out and leaves the rest to the byte",
    (fields, response) => {
      const others = fields.filter(([name]) => name !== "RelayState").map(([name, value]) => formOf({ [name]: value }));
      const encoded = `SAMLResponse=${encodeURIComponent(response)}`;
      const whole = [...others, "RelayState=identity_provider%3DAcme", encoded].join("&");
      expect(withoutField(whole, "RelayState")).toBe([...others, encoded].join("&"));
    },
  );
});

describe("peekIssuer", () => {
  const markup = fc.constantFrom(
    "<",
    ">",
    "/>",
    "</",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?xml",
    "?>",
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    "&a;",
    "&amp;",
    "&#x41;",
    '<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion">',
    "<s:Issuer>",
    "</s:Issuer>",
    "<s:Assertion>",
    "https://idp.acme.example/entity",
    ' a="',
    "' b='",
    "\0",
    "\uFEFF",
  );
  test.prop([fc.array(fc.oneof(markup, fc.string()), { maxLength: 60 })], { numRuns: 3000 })(
    "neither throws nor believes an entity, whatever the markup",
    (parts) => {
      const issuer = peekIssuer(base64(parts.join("")));
      if (issuer !== undefined) expect(issuer.length).toBeLessThanOrEqual(1024);
      if (parts.join("").trimStart().startsWith("<!DOCTYPE")) expect(issuer).toBeUndefined();
    },
  );

  test.prop([fc.string({ maxLength: 2000 })], { numRuns: 1000 })(
    "neither throws nor finds anything in what is no base64",
    (text) => {
      expect(peekIssuer(text)).toBeUndefined();
    },
  );

  test.prop([
    fc.string({ minLength: 1, maxLength: 200, unit: "grapheme-ascii" }),
    fc.constantFrom("samlp", "saml2p", "x"),
  ])("reads every issuer as it was written", (text, prefix) => {
    fc.pre(text.trim() !== "");
    expect(peekIssuer(responseOf(text, { prefix }))).toBe(text.trim());
    expect(peekIssuer(responseOf("", { assertionIssuer: text, prefix }))).toBe(text.trim());
  });
});
