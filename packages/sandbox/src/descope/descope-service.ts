/** The Descope half of the sandbox as a service of the wire. */

import type { JsonWebKey } from "node:crypto";

import { createSeededRandom } from "../wire/seeded-random.ts";
import type { SeededRandom } from "../wire/seeded-random.ts";
import type { WireReply, WireRequest, WireService } from "../wire/service.ts";
import { answerDescopeControl } from "./control.ts";
import { isPreflight, preflightReply, readableAcrossOrigins } from "./cross-origin.ts";
import { createUser } from "./users/create-users.ts";
import { readDefinition } from "./definitions/custom-attributes.ts";
import { isJsonObject } from "./json-fields.ts";
import type { JsonObject } from "./json-fields.ts";
import { DirectReply, JsonText } from "./operation.ts";
import type { Call, Operation, OperationResult } from "./operation.ts";
import { createRouter, descopeOperations } from "./operations.ts";
import type { Match } from "./operations.ts";
import type { OutboxMessage } from "./sign-in/outbox.ts";
import { ProjectState, addSystemDefinitions } from "./project-state.ts";
import { quotaOfOperation } from "./quotas.ts";
import { Refusal, errorReply, malformed, refusalReply, unauthorized } from "./refusal.ts";
import { createSigningKey } from "./sign-in/signing-key.ts";
import { selectUserTemplate } from "./snapshot.ts";
import { restoreProject, saveProject } from "./state-lines.ts";
import { writeUser } from "./users/user-answer.ts";
import { readUserInput } from "./users/user-input.ts";
import { resolveVariants } from "./variants.ts";
import type { DescopeVariants } from "./variants.ts";

/** How a Descope project is set up. */
export interface DescopeOptions {
  readonly projectId: string;
  readonly managementKey: string;
  /** Milliseconds since the epoch. @defaultValue Date.now */
  readonly clock?: () => number;
  /** Where identifiers come from; the same seed gives the same ones. @defaultValue seed 1 */
  readonly random?: SeededRandom;
  /** Undocumented behaviours that differ from their defaults. */
  readonly variants?: Partial<DescopeVariants>;
  /** The RSA private key that signs tokens. A new one is made when left out. */
  readonly signingKey?: JsonWebKey;
  /** Where clients reach the service, for addresses in answers and tokens. @defaultValue the request's `Host` */
  readonly baseUrl?: string;
  /** Custom attributes to start with, as the API takes them. */
  readonly customAttributes?: readonly JsonObject[];
  /** Roles to start with. */
  readonly roles?: readonly { readonly name: string; readonly permissionNames?: readonly string[] }[];
  /** Tenants to start with. */
  readonly tenants?: readonly { readonly id: string; readonly name: string }[];
}

/** A Descope project that answers requests, and that tests can look into. */
export interface DescopeService extends WireService {
  readonly name: "descope";
  readonly projectId: string;
  readonly managementKey: string;
  readonly variants: DescopeVariants;
  readonly operations: readonly Operation[];
  /** How many users there are, without test users. */
  countUsers(): number;
  countTestUsers(): number;
  /** All users as answers show them, in order of creation, without test users. */
  users(): IterableIterator<JsonObject>;
  /** One user by login ID or user ID, as answers show it. */
  user(identifier: string): JsonObject | undefined;
  /**
   * Stores a user without a request, as the API would.
   *
   * @throws Refusal when the API would refuse it.
   */
  addUser(user: JsonObject): JsonObject;
  /** Codes and links that would have been sent, oldest first. */
  messages(): readonly OutboxMessage[];
  /**
   * Chooses the JWT template of users' tokens, as the console does; an empty text chooses none.
   *
   * @throws Refusal when there is no such template.
   */
  selectJwtTemplate(idOrName: string): void;
  /** The private key that signs tokens. */
  signingKey(): JsonWebKey;
  /** The whole state, line by line. */
  save(): IterableIterator<string>;
  /**
   * Takes a saved state in place of the present one.
   *
   * @throws TypeError naming the line that is no state.
   */
  restore(lines: Iterable<string> | AsyncIterable<string>): Promise<void>;
}

/** Creates a project. */
export function createDescopeService(options: DescopeOptions): DescopeService {
  const clock = options.clock ?? Date.now;
  const variants = resolveVariants(options.variants);
  const random = options.random ?? createSeededRandom(1);
  const parts = {
    projectId: options.projectId,
    managementKey: options.managementKey,
    clock,
    random,
    variants,
  };
  let project = new ProjectState({ ...parts, signingKey: createSigningKey(options.signingKey) });
  addSystemDefinitions(project);
  for (const attribute of options.customAttributes ?? []) {
    const definition = readDefinition(attribute);
    project.attributes.set(definition.name, definition);
  }
  for (const { id, name } of options.tenants ?? []) addTenant(project, id, name);
  for (const { name, permissionNames } of options.roles ?? []) addRole(project, name, permissionNames ?? []);

  const route = createRouter(descopeOperations);
  const matches = new WeakMap<WireRequest, Match>();
  const matchOf = (request: WireRequest): Match | undefined => {
    const known = matches.get(request);
    if (known !== undefined) return known;
    const match = route(request.method, request.path);
    if (match !== undefined) matches.set(request, match);
    return match;
  };
  const shown = (text: string): JsonObject => JSON.parse(text) as JsonObject;

  const run = async (request: WireRequest, match: Match): Promise<WireReply> => {
    try {
      return reply(await match.operation.run(readCall(project, request, match, options.baseUrl)));
    } catch (error) {
      if (error instanceof Refusal) return refusalReply(error);
      throw error;
    }
  };

  const service: DescopeService = {
    name: "descope",
    projectId: options.projectId,
    managementKey: options.managementKey,
    variants,
    operations: descopeOperations,
    operationOf: (request) => matchOf(request)?.operation.name ?? "unknown",
    quotaOf: (operation) => (operation === "unknown" ? undefined : quotaOfOperation(operation, variants)),
    throttled: (_request, _bucket, retryAfterMs) => throttledReply(variants, retryAfterMs),
    tooLarge: () => errorReply(413, "E011001", "Request is malformed", "The body is too large"),
    unavailable: (status) => errorReply(status, "E010000", "Service failure", "The service cannot answer now"),
    answer: async (request) => {
      if (isPreflight(request)) {
        const method = request.headers["access-control-request-method"] ?? "";
        return preflightReply(request, route(method, request.path)?.operation);
      }
      const match = matchOf(request);
      if (match === undefined) return errorReply(404, "E011001", "Request is malformed", "There is no such operation");
      return readableAcrossOrigins(await run(request, match), request, match.operation);
    },
    countUsers: () => project.users.size,
    countTestUsers: () => project.users.testSize,
    *users() {
      for (const user of project.users.regular()) yield shown(writeUser(user));
    },
    user: (identifier) => {
      const user = project.users.find(identifier);
      return user === undefined ? undefined : shown(writeUser(user));
    },
    addUser: (user) => {
      const input = readUserInput(user, "ignored");
      return shown(writeUser(createUser(project, input, input.test === true)));
    },
    messages: () => project.outbox.messages(),
    selectJwtTemplate: (idOrName) => selectUserTemplate(project, idOrName),
    signingKey: () => project.signingKey.privateJwk(),
    save: () => saveProject(project),
    restore: async (lines) => {
      project = await restoreProject(parts, lines);
    },
    control: (request) => answerDescopeControl(request, service),
    isWrite: isWriting,
  };
  return service;
}

/** Tells whether an operation may change state; readings that come as POST are known by the last part of their path. */
function isWriting(operation: string): boolean {
  if (operation.startsWith("GET ")) return false;
  return !/\/(search|search\/test|load|list|validate|history|export|me\/tenants)$/.test(operation);
}

function addTenant(project: ProjectState, id: string, name: string): void {
  project.tenants.add({
    id,
    name,
    customAttributes: {},
    selfProvisioningDomains: [],
    authType: "none",
    domains: [],
    createdTime: Math.floor(project.clock() / 1000),
    disabled: false,
    enforceSSO: false,
    enforceSSOExclusions: [],
    federatedAppIds: [],
    parent: "",
    defaultRoles: [],
    roleInheritance: "",
    settings: {},
  });
}

function addRole(project: ProjectState, name: string, permissionNames: readonly string[]): void {
  const permissions = permissionNames.map(
    (permission) => project.permissions.byName(permission) ?? project.permissions.create(permission, ""),
  );
  project.roles.add({
    name,
    description: "",
    permissions,
    createdTime: Math.floor(project.clock() / 1000),
    tenantId: "",
    default: false,
    private: false,
  });
}

function throttledReply(variants: DescopeVariants, retryAfterMs: number): WireReply {
  const retryAfter: Readonly<Record<string, string>> =
    variants.retryAfter === "with" ? { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1000))) } : {};
  if (variants.throttleBody === "html")
    return {
      status: 429,
      headers: { "content-type": "text/html", ...retryAfter },
      body: "<html><head><title>429 Too Many Requests</title></head><body><h1>429 Too Many Requests</h1></body></html>",
    };
  return errorReply(429, "E130429", "Rate limit exceeded", "Rate limit exceeded", retryAfter);
}

function reply(result: OperationResult): WireReply {
  if (result instanceof DirectReply) return result.reply;
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: result instanceof JsonText ? result.text : JSON.stringify(result),
  };
}

/** Lets a request in and reads it. */
function readCall(
  project: ProjectState,
  request: WireRequest,
  { operation, parameters }: Match,
  baseUrl: string | undefined,
): Call {
  const token = authorize(project, request, operation);
  const rawBody = readBody(request);
  if (!isJsonObject(rawBody) && !(Array.isArray(rawBody) && operation.name.endsWith("/history")))
    throw malformed("The body must be a JSON object");
  const body = isJsonObject(rawBody) ? rawBody : {};
  if (operation.fields !== undefined && project.variants.unknownFields === "refused") {
    const stranger = Object.keys(body).find((key) => !operation.fields?.includes(key));
    if (stranger !== undefined) throw malformed(`Unknown field: ${stranger}`);
  }
  return {
    project,
    body,
    rawBody,
    query: request.query,
    request,
    token,
    baseUrl: baseUrl ?? `http://${request.headers["host"] ?? "localhost"}`,
    parameters,
  };
}

function readBody({ body, headers }: WireRequest): unknown {
  if (body.length === 0) return {};
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true)
    return Object.fromEntries(new URLSearchParams(body.toString("utf8")));
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw malformed("The body is not JSON");
  }
}

/**
 * Checks the authorization header: `Bearer <project ID>[:<management key or token>]`.
 *
 * @returns The token, where it is not the management key.
 */
function authorize(project: ProjectState, request: WireRequest, operation: Operation): string | undefined {
  const header = request.headers["authorization"] ?? "";
  if (operation.access === "public") return undefined;
  const bearer = /^Bearer\s+(.+)$/i.exec(header)?.[1];
  if (bearer === undefined) throw unauthorized("Missing authorization header");
  const [projectId, credential, ...more] = bearer.split(":");
  if (projectId !== project.projectId) throw unauthorized("Project not found", "E011008");
  if (operation.access === "management") {
    if (credential !== project.managementKey || more.length > 0)
      throw unauthorized("The management key is missing or not valid");
    return undefined;
  }
  return credential === project.managementKey ? undefined : credential;
}
