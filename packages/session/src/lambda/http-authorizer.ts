import { type AuthorizerContext, contextOf } from "./authorizer-context.ts";
import {
  type AuthorizerOptions,
  type AuthorizerRequirements,
  authorizerRequirements,
  type EventParts,
  readToken,
  type TokenSource,
} from "./authorizer-options.ts";
import { judge, unauthorized } from "./judge.ts";
import { allow, denyStage, holds, type PolicyAnswer, type PolicyRoutes, readRouteRules, stageOf } from "./policy.ts";

/** What both answers of an HTTP API's authorizer have in common. */
interface CommonHttpOptions extends AuthorizerOptions {
  /** Where the token is found. @defaultValue `{ header: "authorization" }` */
  readonly token?: TokenSource;
  /**
   * How a token that is missing or wrong is refused. `deny`: as AWS documents it, which the client sees as 403. `throw`: by the error
   * that REST APIs answer with 401; AWS does not document it for HTTP APIs.
   *
   * @defaultValue "deny"
   */
  readonly unauthorized?: "deny" | "throw";
}

/** How an authorizer with simple answers works. */
export interface SimpleHttpOptions extends CommonHttpOptions {
  /** `simple`: yes or no. */
  readonly answer: "simple";
  /**
   * What routes ask for, by their route keys as the API has them: `GET /orders/{id}`, `$default`. Others are refused. Simple answers
   * are cached for all routes, so this needs `$context.routeKey` among the identity sources, or none at all.
   */
  readonly routes?: Readonly<Record<string, AuthorizerRequirements>>;
}

/** How an authorizer with policies works. */
export interface PolicyHttpOptions extends CommonHttpOptions {
  /** `policy`: an IAM policy, of payload format 1.0 or 2.0. */
  readonly answer: "policy";
  /** What parts of the API ask for. @defaultValue nothing beyond the options, for the whole stage */
  readonly routes?: PolicyRoutes;
}

/** An event of payload format 2.0. */
export interface HttpAuthorizerEvent extends EventParts {
  readonly version: "2.0";
  readonly routeArn: string;
  readonly routeKey: string;
  readonly identitySource?: readonly string[] | null;
}

/** An event of payload format 1.0. */
export interface HttpAuthorizerEventV1 extends EventParts {
  readonly version: "1.0";
  readonly methodArn: string;
  readonly identitySource?: string | null;
}

/** A simple answer. */
export interface SimpleAnswer {
  readonly isAuthorized: boolean;
  readonly context?: AuthorizerContext;
}

/**
 * Makes a Lambda authorizer of an HTTP API.
 *
 * @example
 * ```ts
 * import type { Verifier } from "@cognito-to-descope/session";
 * import { createHttpAuthorizer } from "@cognito-to-descope/session/lambda";
 *
 * declare const verifier: Verifier;
 *
 * export const handler = createHttpAuthorizer({ verifier, answer: "simple" });
 * ```
 *
 * @throws TypeError when an option is not valid.
 */
export function createHttpAuthorizer(options: SimpleHttpOptions): (event: HttpAuthorizerEvent) => Promise<SimpleAnswer>;
export function createHttpAuthorizer(
  options: PolicyHttpOptions,
): (event: HttpAuthorizerEvent | HttpAuthorizerEventV1) => Promise<PolicyAnswer>;
export function createHttpAuthorizer(
  options: SimpleHttpOptions | PolicyHttpOptions,
): (event: never) => Promise<SimpleAnswer | PolicyAnswer> {
  return options.answer === "simple" ? simpleAuthorizer(options) : policyAuthorizer(options);
}

function simpleAuthorizer(options: SimpleHttpOptions): (event: HttpAuthorizerEvent) => Promise<SimpleAnswer> {
  const { routes, context = contextOf } = options;
  const requirements = authorizerRequirements(options);
  return async (event) => {
    if (event.version !== "2.0") throw new TypeError("simple answers need payload format 2.0");
    const sources = event.identitySource ?? [];
    if (routes !== undefined && sources.length > 0 && !sources.includes(event.routeKey)) {
      throw new TypeError('"routes" need $context.routeKey among the identity sources of the authorizer');
    }
    const judgement = await judge(options.verifier, tokenOf(event, options), requirements);
    if (judgement.outcome === "unauthorized" && options.unauthorized === "throw") throw unauthorized();
    if (judgement.outcome !== "accepted") return { isAuthorized: false };
    const { principal } = judgement;
    if (routes !== undefined) {
      const route = Object.hasOwn(routes, event.routeKey) ? routes[event.routeKey] : undefined;
      if (route === undefined || !holds(principal, authorizerRequirements(route))) return { isAuthorized: false };
    }
    return { isAuthorized: true, context: context(principal) };
  };
}

function policyAuthorizer(
  options: PolicyHttpOptions,
): (event: HttpAuthorizerEvent | HttpAuthorizerEventV1) => Promise<PolicyAnswer> {
  const { context = contextOf } = options;
  const requirements = authorizerRequirements(options);
  const rules = options.routes === undefined ? undefined : readRouteRules(options.routes);
  return async (event) => {
    const stage = stageOf(event.version === "2.0" ? event.routeArn : event.methodArn);
    const judgement = await judge(options.verifier, tokenOf(event, options), requirements);
    if (judgement.outcome === "unauthorized" && options.unauthorized === "throw") throw unauthorized();
    if (judgement.outcome !== "accepted") return denyStage(stage);
    return allow(judgement.principal, stage, rules, context(judgement.principal));
  };
}

/** The token, if the answer can be cached for it and for no other. */
function tokenOf(event: HttpAuthorizerEvent | HttpAuthorizerEventV1, options: CommonHttpOptions): string | undefined {
  const token = readToken(event, options.token ?? { header: "authorization" });
  const { identitySource } = event;
  const sources = typeof identitySource === "string" ? [identitySource] : (identitySource ?? []);
  if (token !== undefined && sources.length > 0 && !sources.some((value) => value.includes(token))) {
    throw new TypeError("the place of the token must be an identity source of the authorizer");
  }
  return token;
}
