import { type AuthorizerContext, contextOf } from "./authorizer-context.ts";
import {
  type AuthorizerOptions,
  type AuthorizerRequirements,
  authorizerRequirements,
  bareToken,
} from "./authorizer-options.ts";
import { judge } from "./judge.ts";
import { holds } from "./policy.ts";

/** How an authorizer of an AppSync API works. */
export interface AppSyncAuthorizerOptions extends AuthorizerOptions {
  /** What fields ask for, such as `Mutation.deletePost`. Fields that are not listed are open to whoever is let in. */
  readonly fields?: Readonly<Record<string, AuthorizerRequirements>>;
  /**
   * Seconds for which AppSync may keep an answer, at most until the token expires. A refusal is not kept.
   *
   * @defaultValue 300
   */
  readonly ttlSeconds?: number;
  /** Milliseconds since the epoch. @defaultValue Date.now */
  readonly now?: () => number;
}

/** An event of AppSync. */
export interface AppSyncAuthorizerEvent {
  readonly authorizationToken: string;
}

/** An answer to AppSync. */
export interface AppSyncAnswer {
  readonly isAuthorized: boolean;
  /** Texts, which resolvers read at `identity.resolverContext`. */
  readonly resolverContext?: Readonly<Record<string, string>>;
  readonly deniedFields?: readonly string[];
  readonly ttlOverride: number;
}

/**
 * Makes a Lambda authorizer of an AppSync API.
 *
 * @throws TypeError, RangeError when an option is not valid.
 */
export function createAppSyncAuthorizer(
  options: AppSyncAuthorizerOptions,
): (event: AppSyncAuthorizerEvent) => Promise<AppSyncAnswer> {
  const { fields = {}, ttlSeconds = 300, context = contextOf, now = Date.now } = options;
  for (const field of Object.keys(fields)) {
    if (!/^[_A-Za-z]\w*\.[_A-Za-z]\w*$/.test(field)) throw new TypeError('"fields" must be named as Type.field');
  }
  if (!(Number.isInteger(ttlSeconds) && ttlSeconds >= 0 && ttlSeconds <= 3600)) {
    throw new RangeError('"ttlSeconds" must be a whole number from 0 to 3600');
  }
  const requirements = authorizerRequirements(options);
  const rules = Object.entries(fields).map(([field, asked]) => [field, authorizerRequirements(asked)] as const);
  return async (event) => {
    const judgement = await judge(options.verifier, bareToken(event.authorizationToken), requirements);
    if (judgement.outcome !== "accepted") return { isAuthorized: false, ttlOverride: 0 };
    const { principal } = judgement;
    const deniedFields = rules.filter(([, asked]) => !holds(principal, asked)).map(([field]) => field);
    const secondsLeft = Math.floor(principal.expiresAt - now() / 1000);
    return {
      isAuthorized: true,
      resolverContext: asTexts(context(principal)),
      ...(deniedFields.length === 0 ? {} : { deniedFields }),
      ttlOverride: Math.max(0, Math.min(ttlSeconds, secondsLeft)),
    };
  };
}

function asTexts(context: AuthorizerContext): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(context).map(([name, value]) => [name, String(value)]));
}
