// The program says what can be chosen before it loads the core, which has the targets themselves; a test compares both.

/** What `c2d aws emit` can write. */
export const EMIT_TARGET_NAMES: readonly string[] = [
  "http-api-lambda",
  "http-api-jwt",
  "rest-api-jwt",
  "rest-api-lambda",
  "appsync-oidc",
  "appsync-lambda",
  "alb-oidc",
  "alb-jwt",
  "identity-pool",
  "jwt-template",
];

/** The formats of `c2d aws emit`. */
export const EMIT_FORMAT_NAMES: readonly string[] = [
  "cloudformation-yaml",
  "cloudformation-json",
  "cdk",
  "terraform",
  "runbook",
];

/** What `c2d aws check` holds a token against. */
export const TOKEN_TARGET_NAMES: readonly string[] = [
  "http-api-jwt",
  "rest-api-jwt",
  "appsync-oidc",
  "alb-jwt",
  "identity-pool",
  "lambda-authorizer",
];
