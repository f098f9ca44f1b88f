/** The project as an OpenID provider: for its own application, for SSO applications, and for inbound applications. */

import { createHash, timingSafeEqual } from "node:crypto";

import { withParameter } from "../sso/federation.ts";
import { readObjects, readString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { DirectReply } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { tryPassword } from "./password-operations.ts";
import type { ProjectState } from "../project-state.ts";
import { Refusal, invalid } from "../refusal.ts";
import { renewFor, requireActive, signIn, tokenLifetimes } from "./sessions.ts";
import type { UserRecord } from "../users/user-record.ts";

/** An application that may ask for tokens. */
interface Client {
  readonly clientId: string;
  /** Undefined for applications that cannot keep one. */
  readonly secret: string | undefined;
  readonly issuer: string;
  /** Undefined: any address. */
  readonly redirectUris: readonly string[] | undefined;
  /** Where the application wants its users to sign in; empty for the plain page. */
  readonly loginPageUrl: string;
}

/** What an application asked for, while its user goes through a flow. */
export interface PendingAuthorization {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly scope: string;
  readonly nonce: string;
  readonly codeChallenge: string;
}

/** Who came through the flow. */
export interface FlowSignIn {
  readonly userId: string;
  readonly methods: readonly string[];
  /** What the flow put into the tokens. */
  readonly customClaims: JsonObject;
}

/** What a code stands for. */
export interface AuthorizationCode {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly userId: string;
  readonly scope: string;
  readonly nonce: string;
  readonly codeChallenge: string;
  readonly methods: readonly string[];
  readonly customClaims: JsonObject;
}

const codeLifetimeMs = 60_000;
const pendingLifetimeMs = 30 * 60_000;

/** An error of OAuth 2.0, as its clients read it. */
function oauthError(status: number, error: string, description: string): DirectReply {
  return new DirectReply({
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify({ error, error_description: description }),
  });
}

/** Finds a client. Inbound applications have endpoints of their own. */
function findClient(call: Call, clientId: string, inbound: boolean): Client | undefined {
  const { project, baseUrl } = call;
  const { projectId } = project;
  if (inbound) {
    const application = [...project.inboundApplications.values()].find((one) => one.clientId === clientId);
    if (application === undefined) return undefined;
    const urls = application.settings["approvedCallbackUrls"];
    return {
      clientId,
      secret: application.clientSecret === "" ? undefined : application.clientSecret,
      issuer: `${baseUrl}/v1/apps/${projectId}`,
      redirectUris: Array.isArray(urls) ? urls.map(String) : [],
      loginPageUrl: readString(application.settings, "loginPageUrl") ?? "",
    };
  }
  if (clientId === projectId)
    return {
      clientId,
      secret: undefined,
      issuer: `${baseUrl}/${projectId}`,
      redirectUris: undefined,
      loginPageUrl: hostedFlow(call, parameter(call, "flow")),
    };
  const application = [...project.ssoApplications.values()].find(({ id }) =>
    clientIdsOf(project, id).includes(clientId),
  );
  if (application?.appType !== "oidc") return undefined;
  return {
    clientId,
    secret: application.clientSecret,
    issuer: `${baseUrl}/${projectId}/${application.id}`,
    redirectUris: undefined,
    loginPageUrl: readString(application.settings, "loginPageUrl") ?? "",
  };
}

/** The page that shows a flow; empty without one. */
function hostedFlow({ baseUrl, project }: Call, flowId: string): string {
  return flowId === "" ? "" : `${baseUrl}/login/${project.projectId}?flow=${encodeURIComponent(flowId)}`;
}

/** What an SSO application is known by here. */
function clientIdsOf({ projectId, variants }: ProjectState, applicationId: string): readonly string[] {
  if (variants.federatedClientId === "application") return [applicationId];
  return [ssoClientId(projectId, applicationId), applicationId];
}

/** The client ID of an SSO application. */
export function ssoClientId(projectId: string, applicationId: string): string {
  return Buffer.from(`${projectId}:${applicationId}`).toString("base64url");
}

/** A parameter from the query or the form. */
function parameter({ query, body }: Call, name: string): string {
  const posted = body[name];
  return query.get(name) ?? (typeof posted === "string" ? posted : "");
}

function authorize(call: Call, inbound: boolean): DirectReply {
  const client = findClient(call, parameter(call, "client_id"), inbound);
  const redirectUri = parameter(call, "redirect_uri");
  // Without a good client and address nothing may be sent back to it.
  if (client === undefined) throw invalid("The client_id field names no application");
  if (!URL.canParse(redirectUri)) throw invalid("The redirect_uri field must be an address");
  if (client.redirectUris !== undefined && !client.redirectUris.includes(redirectUri))
    throw invalid("The redirect_uri field is not approved for the application");
  const state = parameter(call, "state");
  const back = (name: string, value: string): DirectReply => {
    const withValue = withParameter(redirectUri, name, value);
    const location = state === "" ? withValue : withParameter(withValue, "state", state);
    return new DirectReply({ status: 302, headers: { location }, body: "" });
  };
  if (parameter(call, "response_type") !== "code") return back("error", "unsupported_response_type");
  const codeChallenge = parameter(call, "code_challenge");
  if (codeChallenge !== "" && parameter(call, "code_challenge_method") !== "S256")
    return back("error", "invalid_request");
  // The project's own application may have a secret, an access key: which way it goes shows when the code is exchanged.
  if (codeChallenge === "" && client.secret === undefined && client.clientId !== call.project.projectId)
    return back("error", "invalid_request");
  if (parameter(call, "prompt") === "none") return back("error", "login_required");
  if (client.loginPageUrl.startsWith(`${call.baseUrl}/login/`)) return toFlow(call, client, codeChallenge);
  const loginId = readString(call.body, "loginId") ?? "";
  if (call.request.method === "GET" || loginId === "") return loginPage(call, "");
  const user = call.project.users.byLoginId(loginId);
  const password = readString(call.body, "password") ?? "";
  if (user === undefined || tryPassword(call.project, user, password) !== "right")
    return loginPage(call, "The login ID or the password is wrong");
  try {
    requireActive(user);
  } catch {
    return back("error", "access_denied");
  }
  const code = call.project.ids.secret(20);
  call.project.authorizationCodes.set(
    code,
    {
      clientId: client.clientId,
      redirectUri,
      userId: user.userId,
      scope: parameter(call, "scope"),
      nonce: parameter(call, "nonce"),
      codeChallenge,
      methods: ["pwd"],
      customClaims: {},
    },
    codeLifetimeMs,
  );
  return back("code", code);
}

/** Sends the user through a flow; the request waits for its end. */
function toFlow(call: Call, { clientId, loginPageUrl }: Client, codeChallenge: string): DirectReply {
  const stateId = call.project.ids.secret(20);
  call.project.pendingAuthorizations.set(
    stateId,
    {
      clientId,
      redirectUri: parameter(call, "redirect_uri"),
      state: parameter(call, "state"),
      scope: parameter(call, "scope"),
      nonce: parameter(call, "nonce"),
      codeChallenge,
    },
    pendingLifetimeMs,
  );
  const url = new URL(loginPageUrl);
  url.searchParams.set("state_id", stateId);
  const hint = parameter(call, "login_hint");
  if (hint !== "") url.searchParams.set("login_hint", hint);
  return new DirectReply({ status: 302, headers: { location: url.href, "cache-control": "no-store" }, body: "" });
}

/** Ends a request whose user came through a flow: back to the application with a code. */
export function finishAuthorization(call: Call, stateId: string, signedIn: FlowSignIn): DirectReply {
  const { project } = call;
  const pending = project.pendingAuthorizations.take(stateId);
  if (pending === undefined) throw invalid("The state_id field names no request that waits");
  const code = project.ids.secret(20);
  project.authorizationCodes.set(code, { ...pending, ...signedIn }, codeLifetimeMs);
  const withCode = withParameter(pending.redirectUri, "code", code);
  const location = pending.state === "" ? withCode : withParameter(withCode, "state", pending.state);
  return new DirectReply({ status: 302, headers: { location, "cache-control": "no-store" }, body: "" });
}

function loginPage(call: Call, fault: string): DirectReply {
  const names = [
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
  ];
  const hidden = names
    .map((name) => `<input type="hidden" name="${name}" value="${escape(parameter(call, name))}">`)
    .join("");
  const hint = escape(parameter(call, "login_hint"));
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in</title></head><body><h1>Sign in</h1>
<p role="alert">${escape(fault)}</p><form method="post" action="${escape(call.request.path)}">${hidden}
<label>Login ID <input name="loginId" autocomplete="username" value="${hint}"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" value=""></label>
<button>Sign in</button></form></body></html>
`;
  return new DirectReply({
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'",
    },
    body,
  });
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The client's credentials, from the header or the form. */
function credentials(call: Call): { readonly clientId: string; readonly secret: string } {
  const basic = /^Basic\s+(.+)$/i.exec(call.request.headers["authorization"] ?? "")?.[1];
  if (basic === undefined) return { clientId: parameter(call, "client_id"), secret: parameter(call, "client_secret") };
  const pair = Buffer.from(basic, "base64").toString("utf8");
  const at = pair.indexOf(":");
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text.replaceAll("+", " "));
    } catch {
      return text;
    }
  };
  return { clientId: decode(pair.slice(0, at)), secret: decode(pair.slice(at + 1)) };
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The secret of the project's own application is any of its access keys. */
function isAccessKey(project: ProjectState, secret: string): boolean {
  const digest = createHash("sha256").update(secret).digest("base64url");
  return [...project.accessKeys.values()].some((key) => key.digest === digest && key.status === "active");
}

function token(call: Call, inbound: boolean): DirectReply {
  const { project } = call;
  const { clientId, secret } = credentials(call);
  const client = findClient(call, clientId, inbound);
  if (client === undefined) return oauthError(401, "invalid_client", "No such client");
  if (client.secret !== undefined && !isEqual(client.secret, secret))
    return oauthError(401, "invalid_client", "The client secret is wrong");
  if (client.secret === undefined && secret !== "" && !isAccessKey(project, secret))
    return oauthError(401, "invalid_client", "The client secret is wrong");
  switch (parameter(call, "grant_type")) {
    case "authorization_code":
      return redeemCode(call, client, secret !== "");
    case "refresh_token":
      return refresh(call, client);
    case "client_credentials":
      if (inbound && client.secret !== undefined) return machineToken(call, client);
      return oauthError(400, "unauthorized_client", "Only inbound applications with a secret get a token of their own");
    default:
      return oauthError(400, "unsupported_grant_type", "There is no such grant");
  }
}

/**
 * A token for the application itself. The real service asks its policies which scopes those are; here they are the permission
 * scopes of the application.
 */
function machineToken(call: Call, { clientId, issuer }: Client): DirectReply {
  const { project } = call;
  const application = [...project.inboundApplications.values()].find((one) => one.clientId === clientId);
  const own = (readObjects(application?.settings ?? {}, "permissionsScopes") ?? []).map(({ name }) => String(name));
  const asked = parameter(call, "scope").split(" ").filter(Boolean);
  if (asked.some((scope) => !own.includes(scope)))
    return oauthError(400, "invalid_scope", "The application has no such scope");
  const scope = (asked.length === 0 ? own : asked).join(" ");
  const now = Math.floor(project.clock() / 1000);
  const body = {
    access_token: project.signingKey.sign({
      iss: issuer,
      sub: clientId,
      aud: [project.projectId, clientId],
      iat: now,
      exp: now + tokenLifetimes.session,
      scope,
    }),
    token_type: "Bearer",
    expires_in: tokenLifetimes.session,
    scope,
  };
  return new DirectReply({
    status: 200,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify(body),
  });
}

function redeemCode(call: Call, client: Client, isAuthenticated: boolean): DirectReply {
  const { project } = call;
  const code = parameter(call, "code");
  const grant = project.authorizationCodes.take(code);
  const refused = oauthError(400, "invalid_grant", "The code is expired, used or not this client's");
  if (grant === undefined) return refused;
  if (grant.clientId !== client.clientId || grant.redirectUri !== parameter(call, "redirect_uri")) return refused;
  const challenge = createHash("sha256").update(parameter(call, "code_verifier")).digest("base64url");
  if (grant.codeChallenge !== "" && !isEqual(grant.codeChallenge, challenge)) return refused;
  if (grant.codeChallenge === "" && !isAuthenticated) return refused;
  const user = project.users.byUserId(grant.userId);
  if (user === undefined) return refused;
  const { methods, customClaims, scope, nonce } = grant;
  const session = JSON.parse(signIn(call, user, { methods: [...methods], customClaims }).text) as JsonObject;
  return answerTokens(call, client, user, session, { scope, nonce, customClaims });
}

function refresh(call: Call, client: Client): DirectReply {
  const given = parameter(call, "refresh_token");
  try {
    const { user, answer } = renewFor(call, given);
    return answerTokens(
      call,
      client,
      user,
      { ...answer, refreshJwt: given },
      { scope: "openid", nonce: "", customClaims: {} },
    );
  } catch (error) {
    if (error instanceof Refusal) return oauthError(400, "invalid_grant", error.message);
    throw error;
  }
}

function answerTokens(
  call: Call,
  client: Client,
  user: UserRecord,
  session: JsonObject,
  { scope, nonce, customClaims }: Pick<AuthorizationCode, "scope" | "nonce" | "customClaims">,
): DirectReply {
  const { project } = call;
  const now = Math.floor(project.clock() / 1000);
  const idToken = project.signingKey.sign({
    iss: client.issuer,
    sub: user.userId,
    aud: client.clientId,
    iat: now,
    exp: now + tokenLifetimes.session,
    ...(nonce === "" ? {} : { nonce }),
    ...(project.variants.federatedClaims === "flow" ? {} : claimsOf(user, scope)),
    ...customClaims,
  });
  return new DirectReply({
    status: 200,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify({
      access_token: session["sessionJwt"],
      token_type: "Bearer",
      expires_in: tokenLifetimes.session,
      refresh_token: session["refreshJwt"],
      id_token: idToken,
      scope,
    }),
  });
}

/** The claims about a user that the scopes ask for. */
function claimsOf(user: UserRecord, scope: string): JsonObject {
  const scopes = new Set(scope.split(" "));
  return {
    ...(scopes.has("email") && user.email !== "" ? { email: user.email, email_verified: user.verifiedEmail } : {}),
    ...(scopes.has("phone") && user.phone !== ""
      ? { phone_number: user.phone, phone_number_verified: user.verifiedPhone }
      : {}),
    ...(scopes.has("profile")
      ? Object.fromEntries(
          Object.entries({
            name: user.name,
            given_name: user.givenName,
            middle_name: user.middleName,
            family_name: user.familyName,
            picture: user.picture,
          }).filter(([, value]) => value !== ""),
        )
      : {}),
    ...(scopes.has("descope.custom_claims") ? user.customAttributes : {}),
  };
}

function userInfo(call: Call): DirectReply {
  const { project } = call;
  const bearer = /^Bearer\s+(.+)$/i.exec(call.request.headers["authorization"] ?? "")?.[1];
  const claims = bearer === undefined ? undefined : project.signingKey.verify(bearer);
  const isLive = claims !== undefined && Number(claims["exp"]) * 1000 > project.clock();
  const user = isLive ? project.users.byUserId(String(claims["dsub"] ?? claims["sub"])) : undefined;
  if (user === undefined) return oauthError(401, "invalid_token", "The access token is not valid");
  const given =
    project.variants.federatedClaims === "flow" ? customClaimsOf(claims ?? {}) : claimsOf(user, "email phone profile");
  const body = JSON.stringify({ sub: user.userId, ...given });
  return new DirectReply({ status: 200, headers: { "content-type": "application/json" }, body });
}

/** What a flow put into a token. */
function customClaimsOf(claims: JsonObject): JsonObject {
  const own = [
    "iss",
    "sub",
    "dsub",
    "aud",
    "iat",
    "exp",
    "amr",
    "drn",
    "rexp",
    "tenants",
    "dct",
    "roles",
    "permissions",
  ];
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !own.includes(name)));
}

function logout(call: Call): DirectReply {
  const target = parameter(call, "post_logout_redirect_uri");
  const hint = call.project.signingKey.verify(parameter(call, "id_token_hint"));
  if (hint !== undefined) call.project.sessions.closeAll(String(hint["sub"]));
  if (target !== "" && URL.canParse(target))
    return new DirectReply({ status: 302, headers: { location: target }, body: "" });
  return new DirectReply({ status: 200, headers: { "content-type": "application/json" }, body: "{}" });
}

const partly =
  "users sign in with a password on a plain page, unless a login page of this service or a flow is named; consent is taken as given";

function endpoints(prefix: string, inbound: boolean): readonly Operation[] {
  return [
    { name: `GET ${prefix}/authorize`, access: "public", partly, run: (call) => authorize(call, inbound) },
    { name: `POST ${prefix}/authorize`, access: "public", partly, run: (call) => authorize(call, inbound) },
    { name: `POST ${prefix}/token`, access: "public", run: (call) => token(call, inbound) },
    { name: `GET ${prefix}/userinfo`, access: "public", run: userInfo },
    { name: `POST ${prefix}/userinfo`, access: "public", run: userInfo },
    {
      name: `POST ${prefix}/revoke`,
      access: "public",
      run: (call) => {
        call.project.sessions.close(parameter(call, "token"));
        return {};
      },
    },
  ];
}

export const authorizationServerOperations: readonly Operation[] = [
  ...endpoints("/oauth2/v1", false),
  ...endpoints("/oauth2/v1/apps", true),
  { name: "GET /oauth2/v1/logout", access: "public", run: logout },
  { name: "POST /oauth2/v1/logout", access: "public", run: logout },
];
