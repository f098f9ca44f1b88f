/** Amazon Cognito user pools of one account and region, behind the JSON 1.1 protocol. */

import type { QuotaBucket, WireReply, WireRequest, WireService } from "../wire/service.ts";
import { createSeededRandom, createUuidSource } from "../wire/seeded-random.ts";
import { AwsError } from "./aws-error.ts";
import { modelOperations } from "./aws-model.ts";
import { readInput } from "./check-shape.ts";
import { poolArn } from "./cognito-state.ts";
import type { CognitoState, ListBehaviour, SentMessage } from "./cognito-state.ts";
import { RenderedJson } from "./operation.ts";
import { operations } from "./operations.ts";
import { createPool } from "./operations/pool-operations.ts";
import type { NewPool } from "./operations/pool-operations.ts";
import { PageTokens } from "./page-token.ts";
import { authorize } from "./permissions.ts";
import type { Permissions } from "./permissions.ts";
import { accountBucket, bucketsOf } from "./quotas.ts";
import { verifySignature } from "./signature.ts";
import type { UserPool } from "./user-pool.ts";

/** How the service is set up. */
export interface CognitoOptions {
  /** @defaultValue "us-east-1" */
  readonly region?: string;
  /** Twelve digits. @defaultValue "123456789012" */
  readonly accountId?: string;
  /** Seeds ids, codes and tokens. @defaultValue "sandbox" */
  readonly seed?: string | number;
  /** Milliseconds since the epoch. @defaultValue Date.now */
  readonly now?: () => number;
  /**
   * Whether operations that need IAM must be signed at all. With {@link accessKeys} they must, and signatures are verified.
   *
   * @defaultValue true
   */
  readonly requireSignature?: boolean;
  /** Secret by access key id. */
  readonly accessKeys?: Readonly<Record<string, string>>;
  /** What the caller may do. Everything when left out. */
  readonly permissions?: Permissions;
  /** Short and empty pages. */
  readonly lists?: ListBehaviour;
}

/** The service with doors for generators and tests. */
export interface CognitoService extends WireService {
  readonly name: "cognito";
  readonly state: CognitoState;
  /** Creates a pool as CreateUserPool would; takes its parameters. */
  createPool(input: NewPool): UserPool;
  /** The messages that Cognito would have sent, oldest first. */
  messages(): readonly SentMessage[];
}

const targetPrefix = "AWSCognitoIdentityProviderService.";
const contentType = "application/x-amz-json-1.1";

/** Creates an empty service. */
export function createCognitoService(options: CognitoOptions = {}): CognitoService {
  const region = options.region ?? "us-east-1";
  const accountId = options.accountId ?? "123456789012";
  const now = options.now ?? Date.now;
  const seed = options.seed ?? "sandbox";
  const random = createSeededRandom(`cognito ${seed}`);
  const state: CognitoState = {
    region,
    accountId,
    pools: new Map(),
    domains: new Map(),
    ids: {
      uuid: createUuidSource(random),
      text: (length, alphabet) => Array.from({ length }, () => alphabet[random.integer(alphabet.length)]).join(""),
    },
    tokens: new PageTokens(`tokens ${seed}`, now),
    lists: options.lists ?? {},
    pagesListed: 0,
    messages: [],
    now,
  };
  const requestIds = createUuidSource(createSeededRandom(`requests ${seed}`));

  const answer = async (request: WireRequest): Promise<WireReply> => {
    const requestId = requestIds();
    try {
      const operation = operationOf(request);
      checkAccess(request, operation, state, options);
      return await perform(request, operation, state, requestId);
    } catch (error) {
      if (error instanceof AwsError) return error.toReply(requestId);
      throw error;
    }
  };

  return {
    name: "cognito",
    state,
    createPool: (input) => createPool(state, input),
    messages: () => state.messages,
    operationOf,
    quotaOf: (operation) => {
      const category = Object.hasOwn(operations, operation) ? operations[operation]?.category : undefined;
      return category === undefined ? undefined : accountBucket(category);
    },
    quotasOf: (operation, request): readonly QuotaBucket[] => {
      const category = Object.hasOwn(operations, operation) ? operations[operation]?.category : undefined;
      return category === undefined ? [] : bucketsOf(category, operation, peekPoolId(request));
    },
    isWrite: (operation) => (Object.hasOwn(operations, operation) ? (operations[operation]?.write ?? false) : false),
    throttled: () => new AwsError("TooManyRequestsException", "Rate exceeded").toReply(requestIds()),
    tooLarge: () => new AwsError("RequestEntityTooLargeException", "Request size exceeded", 413).toReply(requestIds()),
    unavailable: (status) => unavailable(status, requestIds()),
    control: (request) => {
      if (request.method !== "GET" || request.path !== "/_sandbox/cognito/messages") return undefined;
      return {
        status: 200,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ messages: state.messages }),
      };
    },
    answer,
  };
}

function operationOf(request: WireRequest): string {
  const target = request.headers["x-amz-target"] ?? "";
  if (request.method !== "POST" || !target.startsWith(targetPrefix)) return "unknown";
  const operation = target.slice(targetPrefix.length);
  return Object.hasOwn(modelOperations, operation) ? operation : "unknown";
}

function checkAccess(request: WireRequest, operation: string, state: CognitoState, options: CognitoOptions): void {
  const model = modelOperations[operation];
  if (model === undefined || model.unsigned === true) return;
  const signed = request.headers["authorization"] !== undefined;
  if (signed || options.requireSignature !== false || options.accessKeys !== undefined) {
    verifySignature(request, {
      accessKeys: options.accessKeys,
      region: state.region,
      now: state.now,
    });
  }
  if (options.permissions === undefined) return;
  const userPoolId = peekPoolId(request);
  const resource = userPoolId === undefined ? "*" : poolArn(state, userPoolId);
  authorize(options.permissions, operation, resource, state.accountId);
}

async function perform(request: WireRequest, name: string, state: CognitoState, requestId: string): Promise<WireReply> {
  if (name === "unknown") throw new AwsError("UnknownOperationException", "");
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) {
    throw new AwsError("UnknownOperationException", `The sandbox does not have ${name}.`);
  }
  const input = readInput(name, request.body);
  const output = await operation.run(input as never, state);
  const body =
    output instanceof RenderedJson
      ? output.text
      : modelOperations[name]?.output === undefined
        ? ""
        : JSON.stringify(output);
  return {
    status: 200,
    headers: { "content-type": contentType, "x-amzn-requestid": requestId },
    body,
  };
}

function unavailable(status: number, requestId: string): WireReply {
  if (status === 503)
    return new AwsError("ServiceUnavailableException", "Service is unavailable.", 503).toReply(requestId);
  return new AwsError("InternalErrorException", "Something went wrong", status).toReply(requestId);
}

/** The pool that a request is about, without reading its whole body as JSON. */
function peekPoolId(request: WireRequest): string | undefined {
  const head = request.body.toString("latin1", 0, 4096);
  return /"UserPoolId"\s*:\s*"([\w-]{1,55})"/.exec(head)?.[1];
}
