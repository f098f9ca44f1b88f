import { MigrationError } from "@cognito-to-descope/core";
import { INVENTORY_ACTIONS } from "./actions.ts";
import type { Service, ServiceRemark } from "./pool-use.ts";

const DENIED = new Set(["AccessDenied", "AccessDeniedException", "NotAuthorizedException", "UnauthorizedException"]);

/** Without credentials no service can be read: that is no remark about one of them. */
const UNAUTHORIZED = new Set([
  "AuthFailure",
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClientException",
]);

const NETWORK_CODE = /^E[A-Z_]{3,}$/;

/** The AWS SDK's errors, as far as they are looked at. Their messages can hold account IDs, and are not shown. */
interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * What a service that could not be read says of itself.
 *
 * @throws MigrationError when no service can be read: `ERR_SOURCE_UNAUTHORIZED`.
 */
export function remarkOn(service: Service, thrown: unknown): ServiceRemark {
  if (thrown instanceof MigrationError) throw thrown;
  const error: SdkError = typeof thrown === "object" && thrown !== null ? thrown : {};
  const name = typeof error.name === "string" ? error.name : "";
  const status = error.$metadata?.httpStatusCode ?? 0;
  if (UNAUTHORIZED.has(name)) {
    throw new MigrationError("ERR_SOURCE_UNAUTHORIZED", `aws does not accept the credentials (${name})`, {
      cause: thrown,
      vendorCode: name,
      suggestion: "check the AWS keys or the profile, and that the session has not expired",
    });
  }
  // API Gateway says in its text alone which permission is missing.
  if (DENIED.has(name) || status === 403) {
    const text = typeof error.message === "string" ? error.message : "";
    const named = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(text)?.[1];
    const lacking = named ?? `one of ${INVENTORY_ACTIONS[service].join(", ")}`;
    return {
      service,
      message: `not looked through to the end: the credentials lack ${lacking}`,
      ...(named === undefined ? {} : { action: named }),
    };
  }
  const code = typeof error.code === "string" && NETWORK_CODE.test(error.code) ? error.code : "";
  if (code !== "" || name === "TimeoutError")
    return { service, message: `not looked through to the end: no answer (${code || name})` };
  const plain = /^[A-Za-z][A-Za-z0-9_.]{0,79}$/.test(name) ? name : "an unexpected error";
  return { service, message: `not looked through to the end: ${plain}${status === 0 ? "" : ` (status ${status})`}` };
}
