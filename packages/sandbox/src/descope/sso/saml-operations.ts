/** Signing in at the SAML identity provider of a tenant: the request, and the response with its assertion. */

import type { Profile, SAML } from "@node-saml/node-saml";

import type { Connection, SamlSettings } from "./connections.ts";
import type { FederationAttempt } from "./federation.ts";
import { isJsonObject, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { finishFederation, readStart, startOidc } from "./oauth-operations.ts";
import type { StartOptions } from "./oauth-operations.ts";
import { DirectReply } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { Refusal, conflicting, malformed } from "../refusal.ts";
import { unverifiedIssuer, writeSpMetadata } from "./saml-metadata.ts";
import { spAcsUrl, spEntityId } from "./sso-answer.ts";

const clockSkewMs = 5000;

/** The refusal of a response; the reason names no personal value. */
function untrusted(reason: string): Refusal {
  return new Refusal(401, "E011004", "Invalid arguments", `The SAML response is refused: ${reason}`);
}

/** Finds the tenant that a start request means: by ID, or by a domain of its SSO settings. */
function tenantOf(call: Call, wanted: string): string {
  const { tenants } = call.project;
  if (tenants.byId(wanted) !== undefined) return wanted;
  const domain = wanted.slice(wanted.indexOf("@") + 1).toLowerCase();
  const byDomain = tenants.all().find((tenant) => tenant.domains.some((one) => one.toLowerCase() === domain));
  return tenants.require(byDomain?.id ?? wanted).id;
}

async function openLibrary(call: Call, connection: Connection, saml: SamlSettings, requestId: string): Promise<SAML> {
  // Loaded when first needed: most sandboxes see no SAML, and it takes a tenth of a second.
  const { SAML: Library, ValidateInResponseTo } = await import("@node-saml/node-saml");
  const audience = spEntityId(call.project.projectId, connection);
  return new Library({
    entryPoint: saml.idpUrl,
    issuer: audience,
    audience,
    callbackUrl: spAcsUrl(call, connection),
    idpCert: [...saml.idpCertificates],
    identifierFormat: saml.subjectNameIdFormat === "" ? null : saml.subjectNameIdFormat,
    disableRequestedAuthnContext: true,
    // Either the assertion or the whole response must be signed; the library refuses when neither is.
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    // Compared below with the one request that the relay state stands for.
    validateInResponseTo: ValidateInResponseTo.never,
    acceptedClockSkewMs: clockSkewMs,
    generateUniqueId: () => requestId,
  });
}

/**
 * Begins a sign-in at the identity provider of a tenant and gives the address to send the user to.
 *
 * @param tenant - ID of the tenant, or one of its SSO domains, or an e-mail address there.
 */
export async function startSso(
  call: Call,
  tenant: string,
  ssoId: string,
  options: StartOptions,
): Promise<{ readonly url: string }> {
  const { project } = call;
  const connection = project.connections.require(tenantOf(call, tenant), ssoId);
  if (connection.oidc !== undefined)
    return startOidc(call, connection.oidc.client, options, {
      kind: "oidc",
      mode: "any",
      connection,
    });
  if (connection.saml === undefined) throw conflicting("The tenant has no SSO configured");
  const state = project.federation.newState("saml");
  const requestId = `_${project.ids.secret(16)}`;
  project.federation.begin(state, {
    kind: "saml",
    mode: "any",
    connection,
    redirectUrl: options.redirectUrl,
    customClaims: options.customClaims,
    isTest: options.isTest === true,
    requestId,
  });
  const library = await openLibrary(call, connection, connection.saml, requestId);
  const url = await library.getAuthorizeUrlAsync(state, undefined, {});
  return { url };
}

/** The attempt that a response without relay state belongs to: one begun at the identity provider. */
function idpInitiated(call: Call, xml: string): FederationAttempt {
  const { project, query } = call;
  const tenantId = query.get("tenantId") ?? "";
  const issuer = unverifiedIssuer(xml);
  const connection =
    tenantId === ""
      ? project.connections.all().find((one) => one.saml !== undefined && one.saml.idpEntityId === issuer)
      : project.connections.find(tenantId, query.get("ssoId") ?? "");
  if (connection === undefined) throw untrusted("no tenant has this identity provider");
  return { kind: "saml", mode: "any", connection, redirectUrl: "", customClaims: {} };
}

async function consume(call: Call): Promise<DirectReply> {
  const { project } = call;
  const response = requireString(call.body, "SAMLResponse");
  const relayState = call.body["RelayState"] ?? call.query.get("RelayState") ?? "";
  const projectId = call.query.get("projectId") ?? "";
  if (projectId !== project.projectId) throw new Refusal(404, "E011008", "Project not found", "Project not found");
  const xml = Buffer.from(response, "base64").toString("utf8");
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw untrusted("it has a DTD");
  const begun =
    typeof relayState === "string" && relayState.startsWith("s/")
      ? project.federation.take(relayState)
      : idpInitiated(call, xml);
  if (begun === undefined) throw malformed("The relay state is unknown, used or too old");
  const { connection } = begun;
  if (connection?.saml === undefined) throw untrusted("the tenant has no SAML configured");
  const profile = await verify(call, connection, connection.saml, response);
  if (connection.saml.idpEntityId !== "" && profile.issuer !== connection.saml.idpEntityId)
    throw untrusted("it is of another issuer");
  const answers = profile["inResponseTo"];
  if (typeof answers === "string" && answers !== "" && answers !== begun.requestId)
    throw untrusted("it answers another request");
  if (begun.requestId !== undefined && answers !== begun.requestId) throw untrusted("it answers no request");
  const assertion = readAssertion(profile);
  if (assertion.recipient !== undefined && assertion.recipient !== spAcsUrl(call, connection))
    throw untrusted("it is meant for another address");
  if (!project.federation.useAssertion(`${profile.issuer} ${assertion.id}`)) throw untrusted("it was used before");
  const subject = profile.nameID ?? "";
  return finishFederation(call, begun, samlValues(profile), subject);
}

async function verify(call: Call, connection: Connection, saml: SamlSettings, response: string): Promise<Profile> {
  let profile: Profile | null;
  try {
    const library = await openLibrary(call, connection, saml, "");
    ({ profile } = await library.validatePostResponseAsync({ SAMLResponse: response }));
  } catch (error) {
    throw untrusted(error instanceof Error ? (error.message.split("\n")[0] ?? "") : "not valid");
  }
  if (profile === null) throw untrusted("it has no assertion");
  return profile;
}

interface VerifiedAssertion {
  readonly id: string;
  readonly recipient: string | undefined;
}

/** What the verified assertion says of itself. */
function readAssertion(profile: Profile): VerifiedAssertion {
  const assertion = member(profile.getAssertion?.(), "Assertion");
  const subject = member(member(assertion, "Subject"), "SubjectConfirmation");
  const recipient = attribute(member(subject, "SubjectConfirmationData"), "Recipient");
  return { id: attribute(assertion, "ID") ?? "", recipient };
}

function member(of: unknown, name: string): unknown {
  const value = isJsonObject(of) ? of[name] : undefined;
  return Array.isArray(value) ? (value[0] as unknown) : value;
}

function attribute(of: unknown, name: string): string | undefined {
  const value = member(member(of, "$"), name);
  return typeof value === "string" ? value : undefined;
}

/** Attributes of the assertion by name, with the subject as `NameID`. */
function samlValues(profile: Profile): JsonObject {
  const attributes: unknown = profile["attributes"];
  const email = profile.nameID.includes("@") ? profile.nameID : undefined;
  return {
    NameID: profile.nameID,
    ...(email === undefined ? {} : { email }),
    ...(isJsonObject(attributes) ? attributes : {}),
  };
}

async function start(call: Call): Promise<{ readonly url: string }> {
  const { query } = call;
  return startSso(call, query.get("tenant") ?? "", query.get("ssoId") ?? "", readStart(call));
}

export const samlOperations: readonly Operation[] = [
  { name: "POST /v1/auth/saml/authorize", access: "project", run: start },
  { name: "POST /v1/auth/sso/authorize", access: "project", run: start },
  {
    name: "POST /v1/auth/saml/acs",
    access: "public",
    partly: "times in assertions are compared with the machine's clock; encrypted assertions are refused",
    run: consume,
  },
  {
    name: "GET /v1/auth/saml/metadata",
    access: "public",
    run: (call) => {
      const tenantId = call.query.get("tenantId") ?? call.query.get("tenant") ?? "";
      const connection = call.project.connections.require(tenantId, call.query.get("ssoId") ?? "");
      return new DirectReply({
        status: 200,
        headers: { "content-type": "application/samlmetadata+xml" },
        body: writeSpMetadata(spEntityId(call.project.projectId, connection), spAcsUrl(call, connection)),
      });
    },
  },
];
