import type { PasswordAuthenticator, SignInAnswer } from "@cognito-to-descope/core";
import type { ExchangeAnswer } from "./exchange.ts";
import type { PoolCalls } from "./pool-calls.ts";
import { secretHash } from "./secret-hash.ts";
import { attributesOfAnswer } from "./user-of-answer.ts";
import { type TokenUser, userOfFreshIdToken } from "./user-of-token.ts";
import { refusalOf } from "./vendor-refusal.ts";

/** Where the attributes of a user come from who has signed in. */
export type AttributeSource =
  /** From the ID token; by a call where the token has neither address nor phone number. */
  | "token"
  /** By a call with the access token, which a trigger that changes tokens does not reach. */
  | "get-user";

/** How passwords are tried at a pool. */
export interface PasswordAuthenticatorOptions {
  readonly userPoolId: string;
  readonly clientId: string;
  /** Of a client that has one. */
  readonly clientSecret?: string | undefined;
  /**
   * `public`: `InitiateAuth` with `USER_PASSWORD_AUTH`, which needs no rights. `admin`: `AdminInitiateAuth` with
   * `ADMIN_USER_PASSWORD_AUTH`, which needs `cognito-idp:AdminInitiateAuth`.
   */
  readonly flow: "public" | "admin";
  readonly calls: PoolCalls;
  /** @defaultValue token */
  readonly attributes?: AttributeSource | undefined;
}

/**
 * What the triggers PreAuthentication and UserMigration find as `validationData`, so that they can tell a check from a sign-in of
 * the app.
 */
const ClientMetadata = { checkedBy: "cognito-to-descope" };

/** Cognito's own part of an answer. */
interface InitiateAuthAnswer {
  readonly ChallengeName?: unknown;
  readonly AuthenticationResult?: { readonly IdToken?: unknown; readonly AccessToken?: unknown };
}

/** Makes what tries passwords at one pool. A refused password is never tried again. */
export function createPasswordAuthenticator(options: PasswordAuthenticatorOptions): PasswordAuthenticator {
  const { userPoolId, clientId, clientSecret, flow, calls, attributes = "token" } = options;
  return {
    async authenticate(username, password, { timeoutMs }) {
      const AuthParameters = {
        USERNAME: username,
        PASSWORD: password,
        ...(clientSecret === undefined ? {} : { SECRET_HASH: secretHash(clientSecret, username, clientId) }),
      };
      const answer =
        flow === "public"
          ? await calls.send(
              "InitiateAuth",
              { AuthFlow: "USER_PASSWORD_AUTH", ClientId: clientId, AuthParameters, ClientMetadata },
              timeoutMs,
            )
          : await calls.sendSigned(
              "AdminInitiateAuth",
              {
                AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
                UserPoolId: userPoolId,
                ClientId: clientId,
                AuthParameters,
                ClientMetadata,
              },
              timeoutMs,
            );
      if (answer.kind !== "answer") return noAnswer(answer);
      const refusal = refusalOf(answer);
      if (refusal !== undefined) return { kind: "refused", ...refusal };
      const { ChallengeName: challenge, AuthenticationResult: result } = answer.body as InitiateAuthAnswer;
      if (typeof challenge === "string" && challenge !== "") return { kind: "challenge", name: challenge };
      if (result === undefined) return { kind: "no-answer", why: "unreadable" };
      const signedIn = userOfFreshIdToken(result.IdToken, { userPoolId, clientId });
      if (signedIn === undefined) return { kind: "no-answer", why: "unexpected-token" };
      return complete(signedIn, result.AccessToken, timeoutMs);
    },
  };

  /** Adds what the token does not say. */
  async function complete(signedIn: TokenUser, accessToken: unknown, timeoutMs: number): Promise<SignInAnswer> {
    const { email, phone_number: phone } = signedIn.user.attributes;
    const enough = attributes === "token" && (email !== undefined || phone !== undefined);
    if (enough || typeof accessToken !== "string") return { kind: "signed-in", ...signedIn };
    const answer = await calls.send("GetUser", { AccessToken: accessToken }, timeoutMs);
    if (answer.kind !== "answer") return noAnswer(answer);
    const refusal = refusalOf(answer);
    // In words that mean nothing for the password, which was right.
    if (refusal !== undefined) return { kind: "refused", code: refusal.code, message: "" };
    const read = attributesOfAnswer(answer.body);
    const user = { ...signedIn.user, attributes: { ...signedIn.user.attributes, ...read.attributes } };
    return { kind: "signed-in", user, groups: signedIn.groups };
  }
}

function noAnswer({ kind }: Exclude<ExchangeAnswer, { readonly kind: "answer" }>): SignInAnswer {
  return { kind: "no-answer", why: kind };
}
