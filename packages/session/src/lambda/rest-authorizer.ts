import { contextOf } from "./authorizer-context.ts";
import {
  type AuthorizerOptions,
  authorizerRequirements,
  bareToken,
  type EventParts,
  readToken,
  type TokenSource,
} from "./authorizer-options.ts";
import { judge, unauthorized } from "./judge.ts";
import { allow, denyStage, type PolicyAnswer, type PolicyRoutes, readRouteRules, stageOf } from "./policy.ts";

/** How an authorizer of a REST API works. */
export interface RestAuthorizerOptions extends AuthorizerOptions {
  /** Where `REQUEST` authorizers find the token. @defaultValue `{ header: "authorization" }` */
  readonly token?: TokenSource;
  /** What parts of the API ask for. @defaultValue nothing beyond the options, for the whole stage */
  readonly routes?: PolicyRoutes;
}

/** An event of a `TOKEN` or a `REQUEST` authorizer. */
export type RestAuthorizerEvent =
  | { readonly type: "TOKEN"; readonly authorizationToken?: string; readonly methodArn: string }
  | ({ readonly type: "REQUEST"; readonly methodArn: string } & EventParts);

/**
 * Makes a Lambda authorizer of a REST API, for both of its types.
 *
 * A token that is missing or wrong is answered with 401 by throwing `Unauthorized`, a user who lacks something with 403 by a
 * policy, and missing keys with 500 by throwing: map the gateway response `AUTHORIZER_FAILURE` to 503.
 *
 * @example
 * ```ts
 * import { createVerifier } from "@cognito-to-descope/session";
 * import { createRestAuthorizer } from "@cognito-to-descope/session/lambda";
 *
 * const verifier = createVerifier({
 *   cognito: [{ userPoolId: "us-east-1_AbCdEf123", clientId: "1example23456789", tokenUse: "access", roles: "group-names" }],
 *   descope: [{ projectId: "P2abcdefghijklmnopqrstuvwxyz", audience: null }],
 *   mode: "dual",
 *   subject: { use: "cognito", unmapped: "refuse" },
 * });
 * export const handler = createRestAuthorizer({
 *   verifier,
 *   routes: { "* /*": {}, "* /admin/*": { roles: ["admin"] } },
 * });
 * ```
 *
 * @throws TypeError when an option is not valid.
 */
export function createRestAuthorizer(
  options: RestAuthorizerOptions,
): (event: RestAuthorizerEvent) => Promise<PolicyAnswer> {
  const { verifier, token: source = { header: "authorization" }, context = contextOf } = options;
  const requirements = authorizerRequirements(options);
  const rules = options.routes === undefined ? undefined : readRouteRules(options.routes);
  return async (event) => {
    const stage = stageOf(event.methodArn);
    const token = event.type === "TOKEN" ? bareToken(event.authorizationToken) : readToken(event, source);
    const judgement = await judge(verifier, token, requirements);
    if (judgement.outcome === "unauthorized") throw unauthorized();
    if (judgement.outcome === "forbidden") return denyStage(stage);
    return allow(judgement.principal, stage, rules, context(judgement.principal));
  };
}
