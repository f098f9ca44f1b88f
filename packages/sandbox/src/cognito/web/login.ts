/** Managed login: `/oauth2/authorize`, `/login` and `/logout`. */

import type { WireReply, WireRequest } from "../../wire/service.ts";
import { answerChallenge } from "../auth/answer-challenge.ts";
import { checkFirstFactor, isSameText, preAuthenticate, unknownUser } from "../auth/check-password.ts";
import { afterPassword } from "../auth/next-step.ts";
import type { SignInAnswer, SignInRequest, Texts } from "../auth/sign-in-request.ts";
import { AwsError } from "../aws-error.ts";
import type { CognitoState } from "../cognito-state.ts";
import { findUser } from "../find-user.ts";
import type { UserRecord } from "../user-record.ts";
import { clientById, grantAuthorization, readAuthorization, refuseAuthorization } from "./authorization.ts";
import { forgetBrowser, formGuard, isGuarded, rememberBrowser, signedInUser } from "./cookies.ts";
import { beginFederation } from "./federation.ts";
import { errorPage, formPage, redirect } from "./page.ts";
import type { Field } from "./page.ts";
import type { Authorization } from "./web-state.ts";

/** `GET /oauth2/authorize` */
export async function authorize(request: WireRequest, state: CognitoState): Promise<WireReply> {
  const authorization = readAuthorization(state, request.query);
  if ("status" in authorization) return authorization;
  const { pool, client } = authorization;
  const providers = supportedProviders(authorization);
  const wanted = wantedProvider(authorization, request.query);
  if (wanted !== undefined && wanted !== "COGNITO") {
    if (!providers.includes(wanted))
      return refuseAuthorization(authorization, "invalid_request", "Login option is not available");
    return beginFederation(state, authorization, wanted);
  }
  const prompt = request.query.get("prompt");
  const user = prompt === "login" ? undefined : signedInUser(state, request, pool);
  if (user !== undefined) return grantAuthorization(state, authorization, user, undefined);
  if (prompt === "none") return refuseAuthorization(authorization, "login_required", "the user is not signed in");
  const [only] = providers;
  if (providers.length === 1 && only !== undefined && only !== "COGNITO")
    return beginFederation(state, authorization, only);
  const query = new URLSearchParams(request.query);
  query.set("client_id", client.clientId);
  return redirect(`/login?${query.toString()}`);
}

function supportedProviders({ client }: Authorization): readonly string[] {
  return (client.settings["SupportedIdentityProviders"] as readonly string[] | undefined) ?? ["COGNITO"];
}

/** The provider that a request names, itself or by one of its identifiers. */
function wantedProvider({ pool }: Authorization, query: URLSearchParams): string | undefined {
  const name = query.get("identity_provider");
  if (name !== null) return name;
  const identifier = query.get("idp_identifier");
  if (identifier === null) return undefined;
  for (const provider of pool.providers.values()) {
    if (provider.identifiers.includes(identifier)) return provider.name;
  }
  return identifier;
}

/** `GET /login` */
export function loginPage(request: WireRequest, state: CognitoState): WireReply {
  const authorization = readAuthorization(state, request.query);
  return "status" in authorization ? authorization : signInForm(request, authorization, 200);
}

function signInForm(request: WireRequest, authorization: Authorization, status: number, problem?: string): WireReply {
  const guard = formGuard(request);
  const providers = supportedProviders(authorization);
  const links = providers
    .filter((name) => name !== "COGNITO")
    .map((name) => {
      const query = new URLSearchParams(request.query);
      query.set("identity_provider", name);
      return { text: `Sign in with ${name}`, href: `/oauth2/authorize?${query.toString()}` };
    });
  const hint = request.query.get("login_hint") ?? "";
  const fields: readonly Field[] = providers.includes("COGNITO")
    ? [
        { name: "_csrf", type: "hidden", value: guard.value },
        { name: "username", label: "Username", value: hint },
        { name: "password", label: "Password", type: "password" },
      ]
    : [];
  const action = `/login?${request.query.toString()}`;
  const headers = { "set-cookie": guard.setCookie };
  return formPage({ title: "Sign in", action, fields, button: "Sign in", problem, links }, status, headers);
}

/** `POST /login`: a password, or the answer to a challenge. */
export async function submitLogin(request: WireRequest, state: CognitoState): Promise<WireReply> {
  const authorization = readAuthorization(state, request.query);
  if ("status" in authorization) return authorization;
  const form = new URLSearchParams(request.body.toString("utf8"));
  if (!isGuarded(request, form)) return signInForm(request, authorization, 400, "Invalid CSRF token");
  const { pool, client } = authorization;
  let signedIn: UserRecord | undefined;
  const signIn = (parameters: Texts): SignInRequest => ({
    state,
    pool,
    // The browser proves itself by the form's guard; the client's secret stays with the application.
    client: { ...client, secret: undefined },
    admin: false,
    parameters,
    clientMetadata: undefined,
    onSignedIn: (user): SignInAnswer => {
      signedIn = user;
      return {};
    },
  });
  let answer: SignInAnswer;
  const challenge = form.get("challenge");
  try {
    answer =
      challenge === null
        ? await submitPassword(signIn({}), form)
        : await answerChallenge(signIn(Object.fromEntries(form)), challenge, form.get("session") ?? undefined);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const again = challenge !== null && error.code !== "NotAuthorizedException";
    if (again) return challengeForm(request, challengeOfForm(form), error.message);
    return signInForm(request, authorization, 400, error.message);
  }
  if (signedIn === undefined) return challengeForm(request, answer);
  return grantAuthorization(state, authorization, signedIn, rememberBrowser(state, pool, signedIn));
}

async function submitPassword(signIn: SignInRequest, form: URLSearchParams): Promise<SignInAnswer> {
  const username = form.get("username") ?? "";
  const password = form.get("password") ?? "";
  const user = findUser(signIn.pool, username);
  if (user === undefined) throw unknownUser(signIn);
  await preAuthenticate(signIn, user);
  checkFirstFactor(signIn, user, (right) => isSameText(right, password));
  return afterPassword(signIn, { user, username: user.username, deviceKey: undefined });
}

const answerFields: Readonly<Record<string, Field>> = {
  NEW_PASSWORD_REQUIRED: { name: "NEW_PASSWORD", label: "New password", type: "password" },
  SMS_MFA: { name: "SMS_MFA_CODE", label: "Code" },
  EMAIL_OTP: { name: "EMAIL_OTP_CODE", label: "Code" },
  SOFTWARE_TOKEN_MFA: { name: "SOFTWARE_TOKEN_MFA_CODE", label: "Code" },
  SELECT_MFA_TYPE: { name: "ANSWER", label: "Second factor" },
};

function challengeOfForm(form: URLSearchParams): SignInAnswer {
  return {
    ChallengeName: form.get("challenge"),
    Session: form.get("session"),
    ChallengeParameters: { USER_ID_FOR_SRP: form.get("USERNAME") },
  };
}

function challengeForm(request: WireRequest, answer: SignInAnswer, problem?: string): WireReply {
  const name = String(answer["ChallengeName"]);
  const field = answerFields[name];
  if (field === undefined) return errorPage(`The sandbox's login page cannot ask for ${name}.`, 501);
  const parameters = answer["ChallengeParameters"] as Texts;
  const guard = formGuard(request);
  const fields: readonly Field[] = [
    { name: "_csrf", type: "hidden", value: guard.value },
    { name: "challenge", type: "hidden", value: name },
    { name: "session", type: "hidden", value: String(answer["Session"]) },
    { name: "USERNAME", type: "hidden", value: parameters["USER_ID_FOR_SRP"] ?? "" },
    field,
  ];
  const action = `/login?${request.query.toString()}`;
  const headers = { "set-cookie": guard.setCookie };
  return formPage(
    { title: name, action, fields, button: "Continue", problem },
    problem === undefined ? 200 : 400,
    headers,
  );
}

/** `GET /logout`: to an address of the client's LogoutURLs, or to a new sign-in. */
export function logout(request: WireRequest, state: CognitoState): WireReply {
  const found = clientById(state, request.query.get("client_id") ?? "");
  if (found === undefined) return errorPage("Client does not exist.");
  const headers = { "set-cookie": forgetBrowser(state, request) };
  const logoutUri = request.query.get("logout_uri");
  if (logoutUri !== null) {
    const known = (found.client.settings["LogoutURLs"] as readonly string[] | undefined) ?? [];
    return known.includes(logoutUri) ? redirect(logoutUri, headers) : errorPage("redirect_mismatch");
  }
  if (request.query.get("redirect_uri") === null)
    return errorPage("Required String parameter 'redirect_uri' is not present");
  return redirect(`/login?${request.query.toString()}`, headers);
}
