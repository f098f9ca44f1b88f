import {
  AdminListGroupsForUserCommand,
  CreateIdentityProviderCommand,
  CreateUserPoolClientCommand,
  DeleteIdentityProviderCommand,
  DeleteUserPoolClientCommand,
  UpdateIdentityProviderCommand,
  UpdateUserPoolClientCommand,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  GetUserPoolMfaConfigCommand,
  ListGroupsCommand,
  ListIdentityProvidersCommand,
  ListResourceServersCommand,
  ListUserPoolClientsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type {
  AdminListGroupsForUserCommandInput,
  AdminListGroupsForUserCommandOutput,
  CreateIdentityProviderCommandInput,
  CreateIdentityProviderCommandOutput,
  CreateUserPoolClientCommandInput,
  CreateUserPoolClientCommandOutput,
  DeleteIdentityProviderCommandInput,
  DeleteIdentityProviderCommandOutput,
  DeleteUserPoolClientCommandInput,
  DeleteUserPoolClientCommandOutput,
  UpdateIdentityProviderCommandInput,
  UpdateIdentityProviderCommandOutput,
  UpdateUserPoolClientCommandInput,
  UpdateUserPoolClientCommandOutput,
  DescribeIdentityProviderCommandInput,
  DescribeIdentityProviderCommandOutput,
  DescribeUserPoolCommandInput,
  DescribeUserPoolCommandOutput,
  DescribeUserPoolClientCommandInput,
  DescribeUserPoolClientCommandOutput,
  DescribeUserPoolDomainCommandInput,
  DescribeUserPoolDomainCommandOutput,
  GetUserPoolMfaConfigCommandInput,
  GetUserPoolMfaConfigCommandOutput,
  ListGroupsCommandInput,
  ListGroupsCommandOutput,
  ListIdentityProvidersCommandInput,
  ListIdentityProvidersCommandOutput,
  ListResourceServersCommandInput,
  ListResourceServersCommandOutput,
  ListUserPoolClientsCommandInput,
  ListUserPoolClientsCommandOutput,
  ListUsersCommandInput,
  ListUsersCommandOutput,
  ListUsersInGroupCommandInput,
  ListUsersInGroupCommandOutput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Clock, MigrationError } from "@cognito-to-descope/core";

import type { CognitoClient } from "./cognito-client.ts";
import { throttledTooLong, timedOut, toMigrationError } from "./errors.ts";
import type { CallContext } from "./errors.ts";
import { SETTINGS_OPERATIONS } from "./operations.ts";
import type { SourceOperation } from "./operations.ts";
import { startDeadline } from "./request-deadline.ts";
import type { RequestQuotas } from "./request-quotas.ts";
import { backoffMs, classifyFailure, isNobodyThere } from "./retry-policy.ts";
import type { FailureKind, RetryOptions } from "./retry-policy.ts";
import type { CognitoSourceListener } from "./source-events.ts";
import { readVendorFailure } from "./vendor-failure.ts";
import type { VendorFailure } from "./vendor-failure.ts";

const commands = {
  AdminListGroupsForUser: AdminListGroupsForUserCommand,
  CreateIdentityProvider: CreateIdentityProviderCommand,
  CreateUserPoolClient: CreateUserPoolClientCommand,
  DeleteIdentityProvider: DeleteIdentityProviderCommand,
  DeleteUserPoolClient: DeleteUserPoolClientCommand,
  UpdateIdentityProvider: UpdateIdentityProviderCommand,
  UpdateUserPoolClient: UpdateUserPoolClientCommand,
  DescribeIdentityProvider: DescribeIdentityProviderCommand,
  DescribeUserPool: DescribeUserPoolCommand,
  DescribeUserPoolClient: DescribeUserPoolClientCommand,
  DescribeUserPoolDomain: DescribeUserPoolDomainCommand,
  GetUserPoolMfaConfig: GetUserPoolMfaConfigCommand,
  ListGroups: ListGroupsCommand,
  ListIdentityProviders: ListIdentityProvidersCommand,
  ListResourceServers: ListResourceServersCommand,
  ListUserPoolClients: ListUserPoolClientsCommand,
  ListUsers: ListUsersCommand,
  ListUsersInGroup: ListUsersInGroupCommand,
} satisfies {
  readonly [Operation in SourceOperation]: new (input: Messages[Operation][0]) => unknown;
};

/** What goes out and what comes in, by operation. */
interface Messages {
  readonly AdminListGroupsForUser: readonly [AdminListGroupsForUserCommandInput, AdminListGroupsForUserCommandOutput];
  readonly CreateIdentityProvider: readonly [CreateIdentityProviderCommandInput, CreateIdentityProviderCommandOutput];
  readonly CreateUserPoolClient: readonly [CreateUserPoolClientCommandInput, CreateUserPoolClientCommandOutput];
  readonly DeleteIdentityProvider: readonly [DeleteIdentityProviderCommandInput, DeleteIdentityProviderCommandOutput];
  readonly DeleteUserPoolClient: readonly [DeleteUserPoolClientCommandInput, DeleteUserPoolClientCommandOutput];
  readonly UpdateIdentityProvider: readonly [UpdateIdentityProviderCommandInput, UpdateIdentityProviderCommandOutput];
  readonly UpdateUserPoolClient: readonly [UpdateUserPoolClientCommandInput, UpdateUserPoolClientCommandOutput];
  readonly DescribeIdentityProvider: readonly [
    DescribeIdentityProviderCommandInput,
    DescribeIdentityProviderCommandOutput,
  ];
  readonly DescribeUserPool: readonly [DescribeUserPoolCommandInput, DescribeUserPoolCommandOutput];
  readonly DescribeUserPoolClient: readonly [DescribeUserPoolClientCommandInput, DescribeUserPoolClientCommandOutput];
  readonly DescribeUserPoolDomain: readonly [DescribeUserPoolDomainCommandInput, DescribeUserPoolDomainCommandOutput];
  readonly GetUserPoolMfaConfig: readonly [GetUserPoolMfaConfigCommandInput, GetUserPoolMfaConfigCommandOutput];
  readonly ListGroups: readonly [ListGroupsCommandInput, ListGroupsCommandOutput];
  readonly ListIdentityProviders: readonly [ListIdentityProvidersCommandInput, ListIdentityProvidersCommandOutput];
  readonly ListResourceServers: readonly [ListResourceServersCommandInput, ListResourceServersCommandOutput];
  readonly ListUserPoolClients: readonly [ListUserPoolClientsCommandInput, ListUserPoolClientsCommandOutput];
  readonly ListUsers: readonly [ListUsersCommandInput, ListUsersCommandOutput];
  readonly ListUsersInGroup: readonly [ListUsersInGroupCommandInput, ListUsersInGroupCommandOutput];
}

/** What is sent with an operation beside the pool's ID. */
type Input<Operation extends SourceOperation> = Omit<Messages[Operation][0], "UserPoolId">;
/** What an operation answers, the SDK's own metadata left out. */
export type Output<Operation extends SourceOperation> = Omit<Messages[Operation][1], "$metadata">;

/** What {@link createPoolCalls} needs. */
export interface PoolCallsOptions extends RetryOptions {
  readonly client: CognitoClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly quotas: RequestQuotas;
  readonly listener: CognitoSourceListener;
  /** Hears of each try of a request how long it took, in milliseconds. */
  readonly onAnswered: (ms: number) => void;
  readonly userPoolId: string;
  readonly region: string;
  readonly host: string;
  /**
   * Whether an operation that is not there may be answered by the caller's empty part. `emulators`: only when that is
   * said in the way of an emulator.
   */
  readonly tolerateMissingOperations: boolean | "emulators";
}

/** How one call is made. */
interface CallOptions<Operation extends SourceOperation> {
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether the request may be sent again when nobody knows what became of it. False for what makes something at each
   * call. @defaultValue true
   */
  readonly repeatable?: boolean;
  /** The request carries a page token. @defaultValue false */
  readonly hasToken?: boolean;
  /** What stands for the answer when the endpoint lacks the operation and that is tolerated. */
  readonly ifMissing?: Output<Operation>;
  /** Says what is wrong with an answer of status 200; such an answer counts as a failure that may pass. */
  readonly check?: (output: Output<Operation>) => MigrationError | undefined;
}

/** Sends one operation on one pool, within the quotas and as often as it takes. */
export type PoolCall = <Operation extends SourceOperation>(
  operation: Operation,
  input: Input<Operation>,
  options?: CallOptions<Operation>,
) => Promise<Output<Operation>>;

const THROTTLE_BASE_MS = 250;
const THROTTLE_CAP_MS = 20_000;
const RETRY_BASE_MS = 200;
const RETRY_CAP_MS = 10_000;
/** Tries at an address where nobody has ever answered: most likely the name is wrong. */
const MAX_ATTEMPTS_NOBODY_THERE = 3;

/** Makes the one function through which everything is sent. */
export function createPoolCalls(options: PoolCallsOptions): PoolCall {
  const { client, clock, quotas, listener, userPoolId } = options;
  let answered = false;

  /** One HTTP attempt. Gives the answer, or what went wrong. */
  async function attempt<Operation extends SourceOperation>(
    operation: Operation,
    input: Input<Operation>,
    call: CallOptions<Operation>,
  ): Promise<
    { readonly output: Output<Operation> } | { readonly failure: VendorFailure; readonly refusal?: MigrationError }
  > {
    const permit = await quotas.acquire(operation, userPoolId, call.signal);
    const deadline = startDeadline(options.requestTimeoutMs, call.signal);
    const sentAt = clock.monotonic();
    try {
      const command = new (commands[operation] as unknown as new (input: object) => never)({
        ...input,
        // A domain is asked for by its own name.
        ...(operation === "DescribeUserPoolDomain" ? {} : { UserPoolId: userPoolId }),
      });
      const output = (await client.send(command, {
        abortSignal: deadline.signal,
      })) as Output<Operation>;
      answered = true;
      const refusal = call.check?.(output);
      return refusal === undefined ? { output } : { failure: readVendorFailure(refusal), refusal };
    } catch (error) {
      call.signal?.throwIfAborted();
      const failure = readVendorFailure(deadline.expired ? timedOut(options.requestTimeoutMs) : error);
      if (failure.status !== 0) answered = true;
      if (kindOf(failure, operation) === "throttled") permit.throttled(failure.retryAfterMs);
      return { failure };
    } finally {
      if (call.signal?.aborted !== true) options.onAnswered(clock.monotonic() - sentAt);
      deadline.clear();
      permit.release();
    }
  }

  function tolerates(failure: VendorFailure): boolean {
    const tolerated = options.tolerateMissingOperations;
    return tolerated === "emulators" ? failure.code !== "UnknownOperationException" : tolerated;
  }

  return async (operation, input, call = {}) => {
    const context: CallContext = {
      operation,
      userPoolId,
      region: options.region,
      host: options.host,
      hasToken: call.hasToken ?? false,
    };
    let failures = 0;
    let throttles = 0;
    /** What throttling made this request wait. Waiting in line, or for the operator, is not counted. */
    let throttledMs = 0;
    for (;;) {
      const result = await attempt(operation, input, call);
      if ("output" in result) return result.output;
      const { failure, refusal } = result;
      const kind = refusal === undefined ? kindOf(failure, operation) : "transient";
      if (kind === "operation-missing" && call.ifMissing !== undefined && tolerates(failure)) {
        listener({
          type: "operation-missing",
          operation,
          reason: failure.code || `status ${failure.status}`,
        });
        return call.ifMissing;
      }
      if (kind === "throttled") {
        throttles += 1;
        const waitMs = backoffMs(throttles, options.random(), THROTTLE_BASE_MS, THROTTLE_CAP_MS);
        if (throttledMs + waitMs > options.maxThrottledMs) throw throttledTooLong(failure, operation, throttledMs);
        throttledMs += Math.max(waitMs, failure.retryAfterMs ?? 0);
        listener({ type: "throttled", operation, times: throttles, waitMs });
        await clock.sleep(waitMs, call.signal);
        continue;
      }
      failures += 1;
      const nobody = isNobodyThere(failure.networkCode);
      const inDoubt = call.repeatable === false && !nobody && !failure.clockCorrected;
      const most = inDoubt ? 1 : !answered && nobody ? MAX_ATTEMPTS_NOBODY_THERE : options.maxAttempts;
      if (kind !== "transient" || failures >= most) throw refusal ?? toMigrationError(failure, context);
      const waitMs = backoffMs(failures, options.random(), RETRY_BASE_MS, RETRY_CAP_MS);
      listener({
        type: "retried",
        operation,
        attempt: failures,
        waitMs,
        reason: reasonOf(failure, refusal),
      });
      await clock.sleep(waitMs, call.signal);
    }
  };
}

/** What a failure asks for. That a pool is full of clients or providers passes by no waiting. */
function kindOf(failure: VendorFailure, operation: SourceOperation): FailureKind {
  const isFull = failure.code === "LimitExceededException" && operation in SETTINGS_OPERATIONS;
  return isFull ? "final" : classifyFailure(failure);
}

function reasonOf(failure: VendorFailure, refusal: MigrationError | undefined): string {
  if (refusal !== undefined) return "unexpected answer";
  if (failure.networkCode === "ETIMEDOUT") return "timeout";
  if (failure.unreadable) return `unreadable answer of status ${failure.status}`;
  return failure.code || failure.networkCode || `status ${failure.status}`;
}
