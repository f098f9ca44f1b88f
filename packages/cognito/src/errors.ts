import { MigrationError, partitionOf } from "@cognito-to-descope/core";
import type { MigrationErrorDetails } from "@cognito-to-descope/core";

import { isCertificateProblem, lacksOperation } from "./retry-policy.ts";
import { SETTINGS_OPERATIONS } from "./operations.ts";
import type { SourceOperation } from "./operations.ts";
import { regionOfUserPoolId } from "./user-pool-id.ts";
import type { VendorFailure } from "./vendor-failure.ts";

/** What was being done when a call failed. */
export interface CallContext {
  readonly operation: SourceOperation;
  readonly userPoolId: string;
  readonly region: string;
  /** Host of the endpoint, with its port where it has one. */
  readonly host: string;
  /** The request carried a page token. */
  readonly hasToken: boolean;
}

const UNAUTHORIZED: ReadonlySet<string> = new Set([
  "AuthFailure",
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "OptInRequired",
  "RequestExpired",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClientException",
]);

/** The SDK has looked everywhere and found no credentials, or could not load those it found. */
const CHAIN_FAILURES: ReadonlySet<string> = new Set(["CredentialsProviderError", "TokenProviderError"]);

const DENIED: ReadonlySet<string> = new Set(["AccessDenied", "AccessDeniedException", "NotAuthorizedException"]);

/**
 * Turns what a call to Cognito failed with into the product's error. The only place where that happens.
 *
 * The vendor's texts go no further: they can hold account IDs and, in answers cut short, users. Its code, the status and
 * AWS's request ID do.
 */
export function toMigrationError(failure: VendorFailure, context: CallContext): MigrationError {
  const { operation, userPoolId, host } = context;
  const { code, status } = failure;
  const details: MigrationErrorDetails = {
    ...(code === "" ? (failure.networkCode === "" ? {} : { vendorCode: failure.networkCode }) : { vendorCode: code }),
    ...(status === 0 ? {} : { status }),
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
  };
  if (context.hasToken && isRefusedToken(failure)) {
    return new MigrationError("ERR_SOURCE_TOKEN_EXPIRED", `cognito no longer takes the page token of ${operation}`, {
      ...details,
      suggestion: "the listing has to start again from its beginning; page tokens live for an hour",
    });
  }
  if (DENIED.has(code)) return permissionMissing(failure, context, details);
  if (UNAUTHORIZED.has(code)) {
    return new MigrationError(
      "ERR_SOURCE_UNAUTHORIZED",
      CHAIN_FAILURES.has(code)
        ? "no usable aws credentials were found"
        : `aws does not accept the credentials (${code})`,
      {
        ...details,
        suggestion: unauthorizedSuggestion(code),
      },
    );
  }
  if (code === "ResourceNotFoundException") {
    const own = regionOfUserPoolId(userPoolId);
    const elsewhere = own !== undefined && own !== context.region;
    return new MigrationError(
      elsewhere ? "ERR_SOURCE_REGION_MISMATCH" : "ERR_SOURCE_POOL_NOT_FOUND",
      elsewhere
        ? `user pool ${userPoolId} is in region ${own}, not in ${context.region}`
        : `there is no user pool ${userPoolId} in ${context.region} of this aws account`,
      {
        ...details,
        suggestion: elsewhere
          ? `set the region to ${own}`
          : "check the user pool ID, and that the credentials belong to the AWS account that owns the pool",
      },
    );
  }
  if (lacksOperation(failure)) {
    return new MigrationError("ERR_SOURCE_UNEXPECTED", `${host} does not have the operation ${operation}`, {
      ...details,
      suggestion: "emulators that lack parts of a pool can be tolerated; users and members cannot be left out",
    });
  }
  if (failure.networkCode !== "" || failure.unreadable || status >= 500) return unreachable(failure, host, details);
  const request = failure.requestId === "" ? "" : ` (request ${failure.requestId})`;
  if (operation in SETTINGS_OPERATIONS && status >= 400 && status < 500) {
    return new MigrationError(
      "ERR_SOURCE_REFUSED",
      `${operation} was refused with ${code || `status ${status}`}${request}`,
      {
        ...details,
        suggestion: refusedSuggestion(code),
      },
    );
  }
  return new MigrationError(
    "ERR_SOURCE_UNEXPECTED",
    `${operation} failed with ${code || (status === 0 ? "an unexpected error" : `status ${status}`)}${request}`,
    {
      ...details,
      ...unexpectedSuggestion(failure),
      ...(failure.cause === undefined ? {} : { cause: failure.cause }),
    },
  );
}

/** A call that Cognito kept throttling for longer than the caller is ready to wait. */
export function throttledTooLong(failure: VendorFailure, operation: string, waitedMs: number): MigrationError {
  return new MigrationError(
    "ERR_SOURCE_THROTTLED",
    `cognito has throttled ${operation} for ${Math.round(waitedMs / 1000)} seconds`,
    {
      vendorCode: failure.code || "TooManyRequestsException",
      ...(failure.status === 0 ? {} : { status: failure.status }),
      suggestion:
        "other programs use the same quota of the AWS account and region: stop them, or lower the rate limit here",
    },
  );
}

/** An answer with status 200 that lacks what the operation promises. */
export function unexpectedAnswer(operation: string, what: string): MigrationError {
  return new MigrationError("ERR_SOURCE_UNEXPECTED", `${operation} answered ${what}`, {
    suggestion:
      "something between this machine and Cognito may have answered in its place: check the endpoint and proxies",
  });
}

/** No answer within the time for one request. */
export function timedOut(timeoutMs: number): Error {
  return Object.assign(new Error(`no complete answer within ${timeoutMs} ms`), {
    name: "TimeoutError",
    code: "ETIMEDOUT",
  });
}

function isRefusedToken({ code, message }: VendorFailure): boolean {
  // "InvalidToken" is moto's; AWS answers InvalidParameterException "Paging Marker is Invalid for Request".
  if (code === "InvalidToken" || code === "InvalidPaginationTokenException") return true;
  return code === "InvalidParameterException" && /marker|token|pagin|expired/i.test(message);
}

function permissionMissing(
  failure: VendorFailure,
  context: CallContext,
  details: MigrationErrorDetails,
): MigrationError {
  const { userPoolId, region } = context;
  // Signing in as a role fails with the name of another action than the one that was called.
  const named = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(failure.message)?.[1];
  const action = named ?? `cognito-idp:${context.operation}`;
  if (!action.startsWith("cognito-idp:")) {
    return new MigrationError("ERR_SOURCE_PERMISSION_MISSING", `the credentials lack the permission ${action}`, {
      ...details,
      suggestion: `allow ${action} to these credentials, and check the trust policy of the role`,
    });
  }
  // A domain is asked for by its name: IAM knows no pool that this could be allowed for.
  const arn =
    context.operation === "DescribeUserPoolDomain"
      ? "*"
      : `arn:${partitionOf(region)}:cognito-idp:${region}:*:userpool/${userPoolId}`;
  const explicitly = /explicit deny/i.test(failure.message)
    ? "; a policy denies it explicitly, so allowing is not enough"
    : "";
  return new MigrationError(
    "ERR_SOURCE_PERMISSION_MISSING",
    `the credentials lack the permission ${action} on user pool ${userPoolId}`,
    { ...details, suggestion: `allow ${action} on ${arn}${explicitly}` },
  );
}

function unauthorizedSuggestion(code: string): string {
  if (CHAIN_FAILURES.has(code)) {
    return "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";
  }
  if (code.startsWith("Expired") || code === "RequestExpired") return "the AWS session has expired: sign in again";
  if (code === "RequestTimeTooSkewed") return "set this machine's clock";
  if (code.includes("Signature")) return "check AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and this machine's clock";
  return "check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN; keys that begin with ASIA need the session token beside them";
}

function unreachable(failure: VendorFailure, endpointHost: string, details: MigrationErrorDetails): MigrationError {
  const { networkCode, status, unreadable } = failure;
  const host = failure.host || endpointHost;
  if (isCertificateProblem(networkCode)) {
    return new MigrationError("ERR_SOURCE_UNREACHABLE", `no trusted connection to ${host} (${networkCode})`, {
      ...details,
      suggestion:
        "behind a proxy that opens TLS, give Node.js its certificate by NODE_EXTRA_CA_CERTS; check http or https in the endpoint",
    });
  }
  if (unreadable && networkCode === "") {
    return new MigrationError(
      "ERR_SOURCE_UNREACHABLE",
      `${host} answers with something other than JSON (status ${status})`,
      {
        ...details,
        suggestion: "a proxy or a sign-in page may answer in Cognito's place: check the endpoint and proxies",
      },
    );
  }
  if (networkCode === "") {
    return new MigrationError("ERR_SOURCE_UNREACHABLE", `${host} keeps failing (status ${status})`, {
      ...details,
      suggestion: "wait until Cognito works again, then run the same command again: it goes on where it stopped",
    });
  }
  const why = networkCode === "ETIMEDOUT" ? "no answer in time" : networkCode;
  return new MigrationError("ERR_SOURCE_UNREACHABLE", `${host} cannot be reached (${why})`, {
    ...details,
    suggestion:
      "check the network, the region and the endpoint, then run the same command again: it goes on where it stopped",
  });
}

function refusedSuggestion(code: string): string {
  if (code === "LimitExceededException") {
    return "the pool has as many of these as AWS allows: delete one that nobody uses, or ask AWS for more";
  }
  if (code === "ForbiddenException") return "an AWS WAF web ACL of the pool refuses this machine";
  return "look at its settings in the AWS console: one of them does not go with what was asked for";
}

function unexpectedSuggestion({ code }: VendorFailure): { readonly suggestion?: string } {
  if (code === "ForbiddenException") return { suggestion: "an AWS WAF web ACL of the pool refuses this machine" };
  if (code === "OperationNotEnabledException") {
    return {
      suggestion: "the pool does not take this operation in this region: use the pool's primary region",
    };
  }
  return {};
}
