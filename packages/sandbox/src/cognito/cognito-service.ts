/** Amazon Cognito user pools of one account and region, behind the JSON 1.1 protocol. */

import type { QuotaBucket, WireReply, WireRequest, WireService } from "../wire/service.ts";
import { createSeededRandom, createUuidSource } from "../wire/seeded-random.ts";
import type { LambdaFunction } from "./auth/lambda.ts";
import { AwsError } from "./aws-error.ts";
import { modelOperations } from "./aws-model.ts";
import { readInput } from "./check-shape.ts";
import { poolArn } from "./cognito-state.ts";
import type { CognitoState, ListBehaviour, SentMessage } from "./cognito-state.ts";
import { findUser } from "./find-user.ts";
import { ListLag } from "./list-lag.ts";
import { RenderedJson } from "./operation.ts";
import type { Operation } from "./operation.ts";
import { operations } from "./operations.ts";
import { createPool } from "./operations/pool-operations.ts";
import type { NewPool } from "./operations/pool-operations.ts";
import { PageTokens } from "./page-token.ts";
import { authorize } from "./permissions.ts";
import type { Permissions } from "./permissions.ts";
import { accountBucket, bucketsOf } from "./quotas.ts";
import type { QuotaCategory } from "./quotas.ts";
import { verifySignature } from "./signature.ts";
import { restoreState, saveState } from "./state-lines.ts";
import type { UserPool } from "./user-pool.ts";
import type { UserRecord } from "./user-record.ts";
import { defaultCognitoVariants } from "./variants.ts";
import type { CognitoVariants } from "./variants.ts";
import { webRouteOf, webRoutes } from "./web/routes.ts";
import { createWebState } from "./web/web-state.ts";

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
  /**
   * The `iss` of tokens: `aws` is Cognito's own form, `updated` its multi-region form, `sandbox` the sandbox's address, whose
   * discovery document then passes strict OpenID clients.
   *
   * @defaultValue "aws"
   */
  readonly issuer?: "aws" | "updated" | "sandbox";
  /** Functions that stand for Lambda triggers, by the ARN or name in a pool's `LambdaConfig`. */
  readonly lambdas?: Readonly<Record<string, LambdaFunction>>;
  /** Undocumented behaviours that differ from their defaults. */
  readonly variants?: Partial<CognitoVariants>;
  /** Short and empty pages, and eventual consistency. */
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
  /** The whole state, line by line; without keys, tokens and sign-ins under way. */
  save(): IterableIterator<string>;
  /**
   * Takes a saved state in place of the present one.
   *
   * @throws TypeError naming the line that is no state.
   */
  restore(lines: Iterable<string> | AsyncIterable<string>): Promise<void>;
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
    listLag: options.lists?.lagMs === undefined ? undefined : new ListLag(options.lists.lagMs, now),
    pagesListed: 0,
    messages: [],
    lambdas: options.lambdas ?? {},
    variants: { ...defaultCognitoVariants, ...options.variants },
    web: createWebState(),
    baseUrl: "http://127.0.0.1",
    issuerOf: (userPoolId) => {
      if (options.issuer === "sandbox") return `${state.baseUrl}/${userPoolId}`;
      const host = options.issuer === "updated" ? "issuer-cognito-idp" : "cognito-idp";
      return `https://${host}.${region}.amazonaws.com/${userPoolId}`;
    },
    now,
  };
  const requestIds = createUuidSource(createSeededRandom(`requests ${seed}`));

  const answer = async (request: WireRequest): Promise<WireReply> => {
    if (request.method === "OPTIONS") return preflight;
    const web = webRouteOf(request);
    if (web !== undefined) return web.route.run(request, state, web.match);
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
    save: () => saveState(state),
    restore: (lines) => restoreState(state, lines),
    operationOf,
    quotaOf: (operation) => {
      const category = categoryOf(operation);
      return category === undefined ? undefined : accountBucket(category);
    },
    quotasOf: (operation, request): readonly QuotaBucket[] => {
      const category = categoryOf(operation);
      return category === undefined ? [] : bucketsOf(category, operation, peekPoolId(request));
    },
    isWrite: (name) => operationNamed(name)?.write ?? webRoutes.find((route) => route.name === name)?.write ?? false,
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

function operationNamed(name: string): Operation | undefined {
  return Object.hasOwn(operations, name) ? operations[name] : undefined;
}

function categoryOf(name: string): QuotaCategory | undefined {
  return operationNamed(name)?.category ?? webRoutes.find((route) => route.name === name)?.category;
}

/** Browsers may call the API from any page, as they may AWS's. */
const anyOrigin = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
};

const preflight: WireReply = {
  status: 200,
  headers: { ...anyOrigin, "access-control-allow-methods": "POST", "access-control-allow-headers": "*" },
  body: "",
};

function operationOf(request: WireRequest): string {
  const web = webRouteOf(request);
  if (web !== undefined) return web.route.name;
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
  const operation = operationNamed(name);
  if (operation === undefined) {
    throw new AwsError("UnknownOperationException", `The sandbox does not have ${name}.`);
  }
  const input = readInput(name, request.body);
  const run = (): ReturnType<Operation["run"]> => operation.run(input as never, state);
  const changed = operation.write ? changedUser(input, state) : undefined;
  const output = await (changed === undefined || state.listLag === undefined
    ? run()
    : state.listLag.during(changed.pool, changed.find, run));
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

/** Whom a request with a username is about. */
function changedUser(
  input: Readonly<Record<string, unknown>>,
  state: CognitoState,
): { readonly pool: UserPool; readonly find: () => UserRecord | undefined } | undefined {
  const { UserPoolId, ClientId, Username } = input;
  if (typeof Username !== "string") return undefined;
  const pool =
    typeof UserPoolId === "string"
      ? state.pools.get(UserPoolId)
      : [...state.pools.values()].find(({ clients }) => clients.has(String(ClientId)));
  return pool === undefined ? undefined : { pool, find: () => findUser(pool, Username) };
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
