import { randomUUID } from "node:crypto";
import { type NewUser, type Sandbox, startSandbox, type UserPool } from "@cognito-to-descope/sandbox";

/** A user of the project, as its API shows it. */
export interface ShownUser {
  readonly userId: string;
  readonly loginIds: readonly string[];
  readonly email: string;
  readonly phone: string;
  readonly verifiedEmail: boolean;
  readonly verifiedPhone: boolean;
  readonly name: string;
  readonly givenName: string;
  readonly middleName: string;
  readonly familyName: string;
  readonly picture: string;
  readonly status: string;
  readonly roleNames: readonly string[];
  readonly userTenants: readonly { readonly tenantId: string; readonly roleNames: readonly string[] }[];
  readonly customAttributes: Readonly<Record<string, unknown>>;
  readonly createdTime: number;
}

/** Every user of the project, in order of creation. */
export function projectUsers(sandbox: Sandbox): readonly ShownUser[] {
  return [...sandbox.descopeService.users()] as unknown as readonly ShownUser[];
}

/** The project's user that carries a `sub`; undefined when there is none. Throws when there are several. */
export function migratedUser(sandbox: Sandbox, sub: string): ShownUser | undefined {
  const found = projectUsers(sandbox).filter(({ customAttributes }) => customAttributes["cognitoSub"] === sub);
  if (found.length > 1) throw new Error(`${found.length} users carry one sub`);
  return found[0];
}

/** Everything in the project that a migration decides, in an order of its own: two equal targets are equal here. */
export function targetState(sandbox: Sandbox): unknown {
  return projectUsers(sandbox)
    .map(({ loginIds, userTenants, customAttributes, email, phone, status, createdTime, roleNames, ...rest }) => ({
      loginIds: [...loginIds].sort(),
      email,
      phone,
      status,
      createdTime,
      roleNames: [...roleNames].sort(),
      name: rest.name,
      givenName: rest.givenName,
      middleName: rest.middleName,
      familyName: rest.familyName,
      picture: rest.picture,
      verifiedEmail: rest.verifiedEmail,
      verifiedPhone: rest.verifiedPhone,
      userTenants: userTenants
        .map(({ tenantId, roleNames: roles }) => ({ tenantId, roleNames: [...roles].sort() }))
        .sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1)),
      customAttributes,
    }))
    .sort((a, b) => (String(a.customAttributes["cognitoSub"]) < String(b.customAttributes["cognitoSub"]) ? -1 : 1));
}

/** Calls an operation of Cognito by its name, as an administrator would. */
export async function cognito(
  sandbox: Sandbox,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(sandbox.cognito, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${text}`);
  return text === "" ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
}

/** Calls the management API, as an administrator of the project would. */
export async function descope(sandbox: Sandbox, operation: string, body?: unknown): Promise<unknown> {
  const [method = "", path = ""] = operation.split(" ");
  const response = await fetch(sandbox.descope + path, {
    method,
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${sandbox.projectId}:${sandbox.managementKey}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${text}`);
  return JSON.parse(text) as unknown;
}

/** Requests that change the project. */
export function writes(sandbox: Sandbox): number {
  return sandbox.requests.count({ service: "descope", write: true });
}

/** A pool to be filled by hand. */
export interface HandmadePool {
  readonly pool: UserPool;
  readonly userPoolId: string;
  /** Adds a confirmed user; gives its `sub`. */
  add(username: string, attributes?: Readonly<Record<string, string>>, change?: Partial<NewUser>): string;
  /** Creates a group with members by username. */
  group(name: string, members: readonly string[], settings?: Readonly<Record<string, unknown>>): Promise<void>;
}

/** A sandbox with an empty pool; `settings` are parameters of CreateUserPool. */
export async function startWorld(
  options: Parameters<typeof startSandbox>[0] = {},
  settings: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly sandbox: Sandbox; readonly pool: HandmadePool } & AsyncDisposable> {
  const sandbox = await startSandbox({
    profile: "empty",
    ...options,
    cognito: { requireSignature: false, ...options.cognito },
  });
  return { sandbox, pool: addPool(sandbox, settings), [Symbol.asyncDispose]: () => sandbox.stop() };
}

/** Adds an empty pool to a sandbox. */
export function addPool(sandbox: Sandbox, settings: Readonly<Record<string, unknown>> = {}): HandmadePool {
  const pool = sandbox.cognitoService.createPool({ PoolName: "customers", ...settings });
  return {
    pool,
    userPoolId: pool.id,
    add(username, attributes = {}, change = {}) {
      const sub = randomUUID();
      pool.users.add({
        username,
        sub,
        attributes: Object.entries(attributes),
        status: "CONFIRMED",
        createdAt: 1_600_000_000_000 + pool.users.length * 1000,
        ...change,
      });
      return change.sub ?? sub;
    },
    async group(name, members, settings_ = {}) {
      await cognito(sandbox, "CreateGroup", { UserPoolId: pool.id, GroupName: name, ...settings_ });
      for (const username of members) {
        await cognito(sandbox, "AdminAddUserToGroup", { UserPoolId: pool.id, GroupName: name, Username: username });
      }
    },
  };
}

/** Attributes of a user with a verified address. */
export function verified(
  email: string,
  others: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return { email, email_verified: "true", ...others };
}

/** Text of the `identities` attribute. */
export function identitiesOf(providerName: string, userId: string, primary = true): string {
  return JSON.stringify([
    { userId, providerName, providerType: providerName, issuer: null, primary, dateCreated: 1_600_000_000_000 },
  ]);
}
