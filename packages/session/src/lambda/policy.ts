import { SessionError } from "../errors.ts";
import { narrowPrincipal } from "../narrow-principal.ts";
import type { Principal } from "../principal.ts";
import type { AuthorizerContext } from "./authorizer-context.ts";
import { type AuthorizerRequirements, authorizerRequirements } from "./authorizer-options.ts";

/** One statement of a policy. */
export interface PolicyStatement {
  readonly Action: "execute-api:Invoke";
  readonly Effect: "Allow" | "Deny";
  readonly Resource: readonly string[];
}

/** The answer of an authorizer that decides by an IAM policy. */
export interface PolicyAnswer {
  readonly principalId: string;
  readonly policyDocument: { readonly Version: "2012-10-17"; readonly Statement: readonly PolicyStatement[] };
  readonly context?: AuthorizerContext;
}

/**
 * What parts of an API ask for, by method and path as policies write them: `GET /orders/*`, `* /*`. A star stands for any
 * characters, slashes too.
 *
 * When given, only what is listed is allowed. A request that several entries match must meet them all.
 */
export type PolicyRoutes = Readonly<Record<string, AuthorizerRequirements>>;

/** One entry of {@link PolicyRoutes}. */
export interface RouteRule {
  readonly method: string;
  /** Without the first slash. */
  readonly path: string;
  readonly requirements: AuthorizerRequirements;
}

/** Reads routes. @throws TypeError when a key is not a method and a path. */
export function readRouteRules(routes: PolicyRoutes): readonly RouteRule[] {
  return Object.entries(routes).map(([key, requirements]) => {
    const found = /^(\*|[A-Z]+) \/([^\s?{}$]*)$/.exec(key);
    if (found === null) {
      throw new TypeError(
        'keys of "routes" must be a method and a path, such as "GET /orders/*", with * for parameters',
      );
    }
    const [, method = "", path = ""] = found;
    return { method, path, requirements: authorizerRequirements(requirements) };
  });
}

/**
 * The stage of a method's ARN: `arn:aws:execute-api:<region>:<account>:<api>/<stage>`.
 *
 * @throws TypeError when it is not the ARN of one method, so that no policy is made from it.
 */
export function stageOf(arn: string): string {
  const found = /^(arn:[a-z-]+:execute-api:[a-z0-9-]+:[0-9]+:[A-Za-z0-9]+\/[A-Za-z0-9_$-]+)\/.*$/s.exec(arn);
  if (found?.[1] === undefined) throw new TypeError("the event holds no ARN of a method");
  return found[1];
}

/**
 * Allows a verified user the whole stage, or of it what the rules grant.
 *
 * Gateways cache the policy for all further requests with the same token, whatever their method and path. So it covers every
 * method of the stage, and refuses in so many words what the user may not, and nothing in it depends on the request.
 */
export function allow(
  principal: Principal,
  stage: string,
  rules: readonly RouteRule[] | undefined,
  context: AuthorizerContext,
): PolicyAnswer {
  const allowed: string[] = [];
  const denied: string[] = [];
  for (const rule of rules ?? [{ method: "*", path: "*", requirements: {} }]) {
    (holds(principal, rule.requirements) ? allowed : denied).push(...resourcesOf(stage, rule));
  }
  const statements: PolicyStatement[] = [];
  if (allowed.length > 0) statements.push(statement("Allow", allowed));
  if (denied.length > 0) statements.push(statement("Deny", denied));
  if (statements.length === 0) statements.push(statement("Deny", [`${stage}/*/*`]));
  return { principalId: principal.subject, policyDocument: policyOf(statements), context };
}

/** The methods of API Gateway. */
const METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/**
 * A star for the method would take slashes too, and `*\/orders` would be `GET/other/orders` as well. So it is spelled out, unless
 * the path begins with a star and means the same.
 */
function resourcesOf(stage: string, { method, path }: RouteRule): readonly string[] {
  const methods = method === "*" && !path.startsWith("*") ? METHODS : [method];
  return methods.map((one) => `${stage}/${one}/${path}`);
}

/** Allows one method, where nothing is cached. */
export function allowMethod(principal: Principal, arn: string, context: AuthorizerContext): PolicyAnswer {
  return { principalId: principal.subject, policyDocument: policyOf([statement("Allow", [arn])]), context };
}

/** Denies the whole stage: what was wrong is the token, whatever was asked for. */
export function denyStage(stage: string): PolicyAnswer {
  return { principalId: "refused", policyDocument: policyOf([statement("Deny", [`${stage}/*/*`])]) };
}

/** Denies one method, where nothing is cached. */
export function denyMethod(arn: string): PolicyAnswer {
  return { principalId: "refused", policyDocument: policyOf([statement("Deny", [arn])]) };
}

/** Whether a principal meets requirements. */
export function holds(principal: Principal, requirements: AuthorizerRequirements): boolean {
  try {
    narrowPrincipal(principal, requirements);
    return true;
  } catch (error) {
    if (error instanceof SessionError) return false;
    throw error;
  }
}

function statement(Effect: PolicyStatement["Effect"], Resource: readonly string[]): PolicyStatement {
  return { Action: "execute-api:Invoke", Effect, Resource };
}

function policyOf(Statement: readonly PolicyStatement[]): PolicyAnswer["policyDocument"] {
  return { Version: "2012-10-17", Statement };
}
