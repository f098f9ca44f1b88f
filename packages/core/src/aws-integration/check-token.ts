import { issuerNames, issuerProblem } from "./descope-issuer.ts";

/** A token, taken apart and not verified. */
export interface TokenParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What a token is held against. */
export interface CheckTokenOptions {
  readonly projectId: string;
  /** The issuer that is configured in AWS. @defaultValue the one of the token */
  readonly issuer?: string | undefined;
  /** The audiences that are configured in AWS. */
  readonly audiences: readonly string[];
  /** Scopes of the route or method: one of them is enough. */
  readonly scopes?: readonly string[] | undefined;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Why a target refuses a token. */
export interface TokenProblem {
  /** The claim or header parameter: `iss`, `aud`, `kid`. */
  readonly part: string;
  readonly message: string;
  /** What mends it. */
  readonly mend: string;
}

/** What a target does with a token. */
export interface TokenVerdict {
  readonly target: TokenTarget;
  readonly accepted: boolean;
  readonly problems: readonly TokenProblem[];
  /** What it accepts and should not, or what is not documented. */
  readonly warnings: readonly string[];
}

/**
 * What callers send a token to: targets of `c2d aws emit`, and `lambda-authorizer`, a function with the product's own
 * verifier, whatever calls it.
 */
export const TOKEN_TARGETS = [
  "http-api-jwt",
  "rest-api-jwt",
  "appsync-oidc",
  "alb-jwt",
  "identity-pool",
  "lambda-authorizer",
] as const;

/** One of {@link TOKEN_TARGETS}. */
export type TokenTarget = (typeof TOKEN_TARGETS)[number];

type Rule = (token: TokenParts, options: CheckTokenOptions) => TokenProblem | undefined;

const TEMPLATE = "make the JWT template with `c2d jwt-template apply`, and select it in the project's settings";
const RSA: readonly string[] = ["RS256", "RS384", "RS512"];
const TOLERANCE_SECONDS = 5;

/** What each target looks at, in the order of what is worth mending first. */
const RULES: Readonly<Record<TokenTarget, readonly Rule[]>> = {
  "http-api-jwt": [urlIssuer, algorithm(RSA), keyId, times, audience("aud, or client_id without it"), scope],
  "rest-api-jwt": [urlIssuer, algorithm(["RS256"]), keyId, times, audience("aud"), scope],
  "appsync-oidc": [urlIssuer, algorithm(RSA), keyId, times, audience("aud or azp")],
  "alb-jwt": [urlIssuer, algorithm(["RS256"]), keyId, times, oneAudience, sessionToken],
  "identity-pool": [urlIssuer, algorithm(RSA), keyId, times, audience("azp, or aud without it")],
  "lambda-authorizer": [anyIssuer, algorithm(["RS256"]), keyId, times, audience("aud"), sessionToken],
};

/**
 * Says what a target does with a token, by the documented rules of its service.
 *
 * The signature is not looked at, and neither is whether AWS reaches the issuer's discovery document.
 */
export function checkToken(target: TokenTarget, token: TokenParts, options: CheckTokenOptions): TokenVerdict {
  const problems = RULES[target].flatMap((rule) => rule(token, options) ?? []);
  return { target, accepted: problems.length === 0, problems, warnings: warningsOf(target, token) };
}

function urlIssuer({ payload: { iss } }: TokenParts, options: CheckTokenOptions): TokenProblem | undefined {
  const part = "iss";
  if (typeof iss !== "string") return { part, message: "there is no issuer", mend: TEMPLATE };
  if (iss === options.projectId) {
    return { part, message: "the issuer is the bare project ID, and AWS needs an https URL", mend: TEMPLATE };
  }
  const wrong = issuerProblem(iss);
  if (wrong !== undefined) return { part, message: `the issuer ${wrong}`, mend: TEMPLATE };
  return ownIssuer(iss, options);
}

function anyIssuer({ payload: { iss } }: TokenParts, options: CheckTokenOptions): TokenProblem | undefined {
  if (typeof iss !== "string") return { part: "iss", message: "there is no issuer", mend: TEMPLATE };
  // The function knows every form of the project's issuer.
  return ownIssuer(iss, { ...options, issuer: undefined });
}

function ownIssuer(iss: string, { issuer, projectId }: CheckTokenOptions): TokenProblem | undefined {
  const part = "iss";
  if (/^https:\/\/(?:issuer-)?cognito-idp\./.test(iss)) {
    return { part, message: "this is a token of Amazon Cognito", mend: "take a session token of Descope" };
  }
  if (!issuerNames(iss, projectId)) {
    return {
      part,
      message: "the issuer is not of this project",
      mend: "take a token of the project, or name its project",
    };
  }
  if (issuer === undefined || iss === issuer) return undefined;
  return {
    part,
    message: "the issuer is not the configured one, to the character",
    mend: "configure the issuer that stands in the token, a slash at its end included",
  };
}

function algorithm(allowed: readonly string[]): Rule {
  return ({ header: { alg } }) =>
    typeof alg === "string" && allowed.includes(alg)
      ? undefined
      : {
          part: "alg",
          message: `the algorithm is not ${allowed.join(", ")}`,
          mend: "Descope signs session tokens with RS256: this is another token",
        };
}

function keyId({ header: { kid } }: TokenParts): TokenProblem | undefined {
  return typeof kid === "string" && kid !== ""
    ? undefined
    : {
        part: "kid",
        message: "there is no key ID",
        mend: "Descope names the key in every token: this is another token",
      };
}

function times({ payload: { exp, nbf, iat } }: TokenParts, { now }: CheckTokenOptions): TokenProblem | undefined {
  const fresh = "take a fresh token: they live minutes";
  if (typeof exp !== "number") return { part: "exp", message: "there is no expiry", mend: fresh };
  if (exp <= now) return { part: "exp", message: "the token has expired", mend: fresh };
  const clock = "set this machine's clock";
  if (typeof nbf === "number" && nbf > now + TOLERANCE_SECONDS)
    return { part: "nbf", message: "the token is not good yet", mend: clock };
  if (typeof iat === "number" && iat > now + TOLERANCE_SECONDS)
    return { part: "iat", message: "the token was issued in the future", mend: clock };
  return undefined;
}

/** Which claims count is the service's own. */
function audience(claims: "aud" | "aud or azp" | "aud, or client_id without it" | "azp, or aud without it"): Rule {
  return ({ payload: { aud, azp, client_id } }, { audiences }) => {
    const own = textsOf(aud);
    const party = textsOf(azp);
    const counted = {
      aud: own,
      "aud or azp": [...own, ...party],
      "aud, or client_id without it": own.length > 0 ? own : textsOf(client_id),
      "azp, or aud without it": party.length > 0 ? party : own,
    }[claims];
    if (counted.some((value) => audiences.includes(value))) return undefined;
    return counted.length === 0
      ? { part: "aud", message: "there is no audience", mend: TEMPLATE }
      : {
          part: "aud",
          message: `the audience (${claims}) is none of those that are configured`,
          mend: "configure the audience that stands in the token, or set it in the JWT template with --audience",
        };
  };
}

function oneAudience(token: TokenParts, options: CheckTokenOptions): TokenProblem | undefined {
  if (Array.isArray(token.payload["aud"])) {
    return {
      part: "aud",
      message: "the audience is a list, and the rule asks for one text",
      mend: "make it a text in the JWT template, or change the claim's format to string-array",
    };
  }
  return audience("aud")(token, options);
}

function scope(
  { payload: { scope: granted, scp } }: TokenParts,
  { scopes = [] }: CheckTokenOptions,
): TokenProblem | undefined {
  if (scopes.length === 0) return undefined;
  const all = [...textsOf(granted), ...textsOf(scp)].flatMap((text) => text.split(" "));
  return all.some((one) => scopes.includes(one))
    ? undefined
    : {
        part: "scope",
        message: "there is none of the scopes that the route asks for",
        mend: "take the scopes off the route, or put a scope claim into the JWT template",
      };
}

function sessionToken({ payload: { drn } }: TokenParts): TokenProblem | undefined {
  if (drn === "DS") return undefined;
  return {
    part: "drn",
    message: drn === "DSR" ? "this is a refresh token" : "nothing says that this is a session token",
    mend: "send the session token",
  };
}

function warningsOf(
  target: TokenTarget,
  { payload: { drn, sub, cognitoSub, dsub, aud, client_id } }: TokenParts,
): readonly string[] {
  const warnings: string[] = [];
  const looksAtKind = target === "alb-jwt" || target === "lambda-authorizer";
  if (drn === "DSR" && !looksAtKind) warnings.push("this is a refresh token, and the service does not see that");
  if (typeof sub === "string" && sub.startsWith("K")) warnings.push("the subject is an access key, not a user");
  if (cognitoSub === undefined && dsub === undefined)
    warnings.push("there is no cognitoSub: back ends cannot find a migrated user by the Cognito sub");
  if (target === "rest-api-jwt" && aud === undefined && client_id !== undefined)
    warnings.push("whether a REST API falls back to client_id is not documented");
  return warnings;
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}
