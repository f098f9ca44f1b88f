/** Sign-in at an external SAML provider, with Cognito as the service provider. */

import { SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import type { CacheProvider, Profile } from "@node-saml/node-saml";

import type { CognitoState } from "../cognito-state.ts";
import type { IdentityProvider, UserPool } from "../user-pool.ts";
import type { ProviderProfile } from "./federated-user.ts";

const timeoutMs = 5000;
/** How old an assertion may be that nobody asked for. */
const maxAgeMs = 6 * 60_000;

interface SamlMetadata {
  readonly entityId: string;
  readonly signOn: string;
  readonly certificates: readonly string[];
}

async function metadataOf({ details }: IdentityProvider): Promise<SamlMetadata> {
  let xml = details["MetadataFile"];
  if (xml === undefined) {
    const answer = await fetch(details["MetadataURL"] ?? "", { signal: AbortSignal.timeout(timeoutMs) });
    if (!answer.ok) throw new Error(`the metadata address answered ${answer.status}`);
    xml = await answer.text();
  }
  const entityId = /<(?:[\w.-]+:)?EntityDescriptor\b[^>]*\bentityID="([^"]*)"/.exec(xml)?.[1];
  const services = [...xml.matchAll(/<(?:[\w.-]+:)?SingleSignOnService\b[^>]*>/g)].map(([tag]) => tag);
  const service = services.find((tag) => tag.includes("bindings:HTTP-Redirect"));
  const signOn = /\bLocation="([^"]*)"/.exec(service ?? "")?.[1];
  const certificates = [
    ...xml.matchAll(/<(?:[\w.-]+:)?KeyDescriptor\b([^>]*)>([\s\S]*?)<\/(?:[\w.-]+:)?KeyDescriptor>/g),
  ]
    .filter(([, attributes = ""]) => !attributes.includes('use="encryption"'))
    .flatMap(([, , content = ""]) => [...content.matchAll(/<(?:[\w.-]+:)?X509Certificate>([^<]*)</g)])
    .map(([, text = ""]) => text.replace(/\s+/g, ""));
  if (entityId === undefined || signOn === undefined || certificates.length === 0) {
    throw new Error("the metadata has no entityID, HTTP-Redirect sign-on service or signing certificate");
  }
  return { entityId: unescapeXml(entityId), signOn: unescapeXml(signOn), certificates };
}

function unescapeXml(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function serviceProvider(
  state: CognitoState,
  pool: UserPool,
  { details }: IdentityProvider,
  metadata: SamlMetadata,
  request: { readonly requestId: string | undefined },
): SAML {
  const asked = request.requestId;
  // One exchange per instance: the only request that an answer may be for is the one of this exchange.
  const cacheProvider: CacheProvider = {
    saveAsync: (key, value) => Promise.resolve({ value, createdAt: Date.parse(key) || 0 }),
    getAsync: (key) => Promise.resolve(key === asked ? new Date(state.now()).toISOString() : null),
    removeAsync: () => Promise.resolve(null),
  };
  return new SAML({
    callbackUrl: `${state.baseUrl}/saml2/idpresponse`,
    entryPoint: metadata.signOn,
    issuer: `urn:amazon:cognito:sp:${pool.id}`,
    audience: `urn:amazon:cognito:sp:${pool.id}`,
    idpCert: [...metadata.certificates],
    ...(details["RequestSigningAlgorithm"] === "rsa-sha256"
      ? { privateKey: pool.auth.samlCertificate().privateKey, signatureAlgorithm: "sha256" as const }
      : {}),
    ...(details["EncryptedResponses"] === "true" ? { decryptionPvk: pool.auth.samlCertificate().privateKey } : {}),
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    acceptedClockSkewMs: 5000,
    generateUniqueId: () => asked ?? "_",
    validateInResponseTo: asked === undefined ? ValidateInResponseTo.never : ValidateInResponseTo.always,
    cacheProvider,
  });
}

/** Where the browser goes: the provider's HTTP-Redirect address, with a request that is signed where the provider's details ask for it. */
export async function samlLocation(
  state: CognitoState,
  pool: UserPool,
  provider: IdentityProvider,
  request: { readonly relay: string; readonly requestId: string },
): Promise<string> {
  const metadata = await metadataOf(provider);
  return serviceProvider(state, pool, provider, metadata, request).getAuthorizeUrlAsync(request.relay, undefined, {});
}

/**
 * Verifies a response and reads who signed in. The response or the assertion must be signed; audience, times, issuer and
 * `InResponseTo` must be right; an assertion counts once.
 *
 * @throws Error saying what is wrong.
 */
export async function samlProfile(
  state: CognitoState,
  pool: UserPool,
  provider: IdentityProvider,
  answer: { readonly response: string; readonly requestId: string | undefined },
): Promise<ProviderProfile> {
  const metadata = await metadataOf(provider);
  const saml = serviceProvider(state, pool, provider, metadata, answer);
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: answer.response });
  if (profile === null) throw new Error("the response holds no assertion");
  if (profile.issuer !== metadata.entityId) throw new Error("the issuer of the assertion is not the provider's");
  checkOnce(state, profile, answer.requestId === undefined);
  const attributes = (profile["attributes"] ?? {}) as Readonly<Record<string, unknown>>;
  return { subject: profile.nameID, issuer: metadata.entityId, claims: attributes };
}

function checkOnce(state: CognitoState, profile: Profile, unasked: boolean): void {
  const now = state.now();
  const xml = profile.getAssertionXml?.() ?? "";
  const id = /\bID="([^"]+)"/.exec(xml)?.[1];
  const issuedAt = Date.parse(/\bIssueInstant="([^"]+)"/.exec(xml)?.[1] ?? "");
  if (id === undefined || Number.isNaN(issuedAt)) throw new Error("the assertion has no ID or IssueInstant");
  if (unasked && now - issuedAt > maxAgeMs) throw new Error("the assertion is too old");
  const { assertions } = state.web;
  for (const [key, until] of assertions) {
    if (until > now) break;
    assertions.delete(key);
  }
  if (assertions.has(id)) throw new Error("the assertion was used before");
  assertions.set(id, now + 24 * 60 * 60 * 1000);
}
