/** Signing in at an OAuth provider of the project, or at the OIDC provider of a tenant. */

import type { Connection } from "./connections.ts";
import { readProfile, storeFederatedUser, withParameter } from "./federation.ts";
import type { FederationAttempt } from "./federation.ts";
import { readObject, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { providerNotFound } from "./oauth-providers.ts";
import { authorizationUrl, exchangeCode } from "./oidc-client.ts";
import type { OidcClientSettings } from "./oidc-client.ts";
import { signInByGrant } from "../sign-in/one-time-operations.ts";
import { DirectReply } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { Refusal, conflicting, errorReply, invalid, malformed } from "../refusal.ts";
import { requireActive } from "../sign-in/sessions.ts";
import { oidcMapping } from "./user-mapping.ts";

const codeLifetimeMs = 60_000;

/** What a start request asks for, in its query and its body. */
export interface StartOptions {
  readonly redirectUrl: string;
  readonly loginHint: string;
  readonly prompt: string;
  readonly customClaims: JsonObject;
  /** A test of a tenant's settings. */
  readonly isTest?: boolean;
}

/** Reads a start request; both spellings of the redirect address are in use. */
export function readStart({ query, body }: Call): StartOptions {
  const redirectUrl = query.get("redirectUrl") ?? query.get("redirectURL") ?? "";
  if (redirectUrl !== "" && !URL.canParse(redirectUrl)) throw invalid("The redirectUrl field must be an address");
  return {
    redirectUrl,
    loginHint: query.get("loginHint") ?? "",
    prompt: query.get("prompt") ?? "",
    customClaims: readObject(body, "customClaims") ?? {},
    isTest: query.get("test") === "true",
  };
}

/** Begins a sign-in at a provider and gives the address to send the user to. */
export function startOidc(
  call: Call,
  settings: OidcClientSettings,
  options: StartOptions,
  of: Pick<FederationAttempt, "kind" | "mode" | "provider" | "connection">,
): { readonly url: string } {
  const { project } = call;
  if (settings.authUrl === "") throw conflicting("The provider has no address to sign in at");
  const attempt = {
    redirectUri: `${call.baseUrl}${project.variants.oauthCallback}`,
    state: project.federation.newState(of.kind),
    nonce: project.ids.secret(12),
    codeVerifier: project.ids.secret(24),
    loginHint: options.loginHint,
    ...(options.prompt === "" ? {} : { prompt: options.prompt }),
  };
  project.federation.begin(attempt.state, {
    ...of,
    redirectUrl: options.redirectUrl,
    customClaims: options.customClaims,
    isTest: options.isTest === true,
    oidc: { settings, attempt },
  });
  const authUrl =
    project.variants.authUrlQuery === "kept" ? settings.authUrl : settings.authUrl.replace(/[?#].*$/s, "");
  return { url: authorizationUrl({ ...settings, authUrl }, attempt) };
}

function start(call: Call, mode: FederationAttempt["mode"]): { readonly url: string } {
  const provider = call.project.oauthProviders.get(call.query.get("provider") ?? "");
  if (provider === undefined || !provider.enabled) throw providerNotFound();
  return startOidc(call, provider.client, readStart(call), {
    kind: "oauth",
    mode,
    provider: provider.id,
  });
}

/** Sends the user back to the application with a code, or with what went wrong. */
function sendBack(redirectUrl: string, name: "code" | "err", value: string): DirectReply {
  if (redirectUrl === "")
    return new DirectReply(
      name === "code"
        ? {
            status: 200,
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ code: value }),
          }
        : errorReply(401, "E011004", "Invalid arguments", value),
    );
  return new DirectReply({
    status: 302,
    headers: { location: withParameter(redirectUrl, name, value) },
    body: "",
  });
}

/** Ends a sign-in elsewhere: stores the user and hands out a code for the session. */
export function finishFederation(
  call: Call,
  attempt: FederationAttempt,
  values: JsonObject,
  subject: string,
): DirectReply {
  const { project } = call;
  const { connection } = attempt;
  const provider = project.oauthProviders.get(attempt.provider ?? "");
  const redirectUrl = attempt.redirectUrl || defaultRedirect(connection, attempt.kind);
  try {
    const mapping =
      attempt.kind === "saml"
        ? (connection?.saml?.mapping ?? {})
        : connection === undefined
          ? (provider?.mapping ?? {})
          : oidcMapping(connection);
    const user = storeFederatedUser(project, {
      attempt,
      profile: readProfile(project, values, mapping),
      subject,
      keepProfile: provider?.jitUpdatesDisabled === true && connection === undefined,
      trustEmail: attempt.kind !== "oauth" || provider?.trustProvidedEmails === true,
      rules: attempt.kind === "saml" ? connection?.saml : connection?.oidc,
    });
    requireActive(user);
    if (attempt.isTest === true && connection !== undefined) {
      connection.lastSuccessTestTime = Math.floor(project.clock() / 1000);
    }
    const code = project.oneTimeTokens.issueLink(
      {
        userId: user.userId,
        method: attempt.kind === "oauth" ? "oauth" : "fed",
        customClaims: attempt.customClaims,
        ...(connection === undefined ? {} : { tenantId: connection.tenantId, ssoId: connection.ssoId }),
      },
      codeLifetimeMs,
    );
    return sendBack(redirectUrl, "code", code);
  } catch (error) {
    if (error instanceof Refusal) return sendBack(redirectUrl, "err", error.message);
    throw error;
  }
}

function defaultRedirect(connection: Connection | undefined, kind: FederationAttempt["kind"]): string {
  if (connection === undefined) return "";
  return kind === "saml" ? connection.samlRedirectUrl : connection.oauthRedirectUrl;
}

async function callback(call: Call): Promise<DirectReply> {
  const value = (name: string): string => {
    const posted = call.body[name];
    return call.query.get(name) ?? (typeof posted === "string" ? posted : "");
  };
  const attempt = call.project.federation.take(value("state"));
  if (attempt?.oidc === undefined) throw malformed("The state is unknown, used or too old");
  const redirectUrl = attempt.redirectUrl || defaultRedirect(attempt.connection, attempt.kind);
  if (value("error") !== "") return sendBack(redirectUrl, "err", value("error"));
  let claims: JsonObject;
  try {
    const userDataOnly = attempt.kind === "oauth" && call.project.variants.oauthClaims === "user-data";
    claims = await exchangeCode(attempt.oidc.settings, attempt.oidc.attempt, value("code"), userDataOnly);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "the provider failed";
    return sendBack(redirectUrl, "err", reason);
  }
  const subject = typeof claims["sub"] === "string" ? claims["sub"] : "";
  if (subject === "") return sendBack(redirectUrl, "err", "the provider named no subject");
  return finishFederation(call, attempt, claims, subject);
}

function exchange(name: string, method: "oauth" | "fed"): Operation {
  return {
    name,
    access: "project",
    fields: ["code"],
    run: (call) =>
      signInByGrant(call, call.project.oneTimeTokens.redeemLink(requireString(call.body, "code"), [method])),
  };
}

const partly = "tokens of the provider are not kept";

export const oauthOperations: readonly Operation[] = [
  { name: "POST /v1/auth/oauth/authorize", access: "project", partly, run: (call) => start(call, "any") },
  {
    name: "POST /v1/auth/oauth/authorize/signin",
    access: "project",
    partly,
    run: (call) => start(call, "signin"),
  },
  {
    name: "POST /v1/auth/oauth/authorize/signup",
    access: "project",
    partly,
    run: (call) => start(call, "signup"),
  },
  { name: "GET /v1/oauth/callback", access: "public", run: callback },
  { name: "POST /v1/oauth/callback", access: "public", run: callback },
  { name: "GET /v1/auth/oauth/callback", access: "public", run: callback },
  { name: "POST /v1/auth/oauth/callback", access: "public", run: callback },
  exchange("POST /v1/auth/oauth/exchange", "oauth"),
  exchange("POST /v1/auth/saml/exchange", "fed"),
  exchange("POST /v1/auth/sso/exchange", "fed"),
];
