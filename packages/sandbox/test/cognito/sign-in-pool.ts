/** A small pool to sign in to, with a user and an app client. */

import { startSandbox } from "../../src/index.ts";
import type { Sandbox, SandboxOptions } from "../../src/index.ts";
import { caller } from "./raw-call.ts";

/** The right password of every user here. */
export const password = "Str0ng-enough";

/** A sandbox with one pool, and what tests need of it. */
export interface SignInPool extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly call: ReturnType<typeof caller>;
  readonly UserPoolId: string;
  readonly ClientId: string;
  readonly ClientSecret: string | undefined;
  /** Signs in by password. */
  signIn(username: string, given?: string, more?: object): Promise<Record<string, unknown>>;
  /** Creates a confirmed user. */
  addUser(username: string, attributes?: Readonly<Record<string, string>>): Promise<void>;
  /** Answers a challenge. */
  respond(to: Record<string, unknown>, responses: Readonly<Record<string, string>>): Promise<Record<string, unknown>>;
  /** Moves the clock on. */
  pass(milliseconds: number): void;
}

const flows = [
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  "ALLOW_USER_SRP_AUTH",
  "ALLOW_CUSTOM_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH",
  "ALLOW_USER_AUTH",
];

/** Starts it. The pool is case-insensitive and takes e-mail addresses as aliases. */
export async function signInPool(
  settings: {
    readonly pool?: object;
    readonly client?: object;
    readonly cognito?: NonNullable<SandboxOptions["cognito"]>;
    /** Time passes only by {@link SignInPool.pass}, for tests whose steps may be slower than what they time. */
    readonly frozen?: boolean;
  } = {},
): Promise<SignInPool> {
  let passed = 0;
  const started = Date.now();
  const sandbox = await startSandbox({
    only: "cognito",
    profile: "empty",
    clock: () => (settings.frozen === true ? started : Date.now()) + passed,
    cognito: settings.cognito ?? {},
  });
  const call = caller(sandbox);
  const { UserPool } = (await call("CreateUserPool", {
    PoolName: "p",
    AliasAttributes: ["email"],
    UsernameConfiguration: { CaseSensitive: false },
    ...settings.pool,
  })) as { UserPool: { Id: string } };
  const UserPoolId = UserPool.Id;
  const { UserPoolClient } = (await call("CreateUserPoolClient", {
    UserPoolId,
    ClientName: "c",
    ExplicitAuthFlows: flows,
    ...settings.client,
  })) as { UserPoolClient: { ClientId: string; ClientSecret?: string } };
  const { ClientId, ClientSecret } = UserPoolClient;
  return {
    sandbox,
    call,
    UserPoolId,
    ClientId,
    ClientSecret,
    signIn: (USERNAME, given = password, more = {}) =>
      call("InitiateAuth", {
        ClientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME, PASSWORD: given, ...more },
      }),
    addUser: async (Username, attributes = {}) => {
      const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
      await call("AdminCreateUser", { UserPoolId, Username, UserAttributes, MessageAction: "SUPPRESS" });
      await call("AdminSetUserPassword", { UserPoolId, Username, Password: password, Permanent: true });
    },
    respond: (to, responses) =>
      call("RespondToAuthChallenge", {
        ClientId,
        ChallengeName: to["ChallengeName"],
        ...(to["Session"] === undefined ? {} : { Session: to["Session"] }),
        ChallengeResponses: responses,
      }),
    pass: (milliseconds) => {
      passed += milliseconds;
    },
    [Symbol.asyncDispose]: () => sandbox.stop(),
  };
}

/** The tokens of an answer. */
export function tokensOf(answer: Record<string, unknown>): {
  AccessToken: string;
  IdToken: string;
  RefreshToken: string;
  ExpiresIn: number;
} {
  return answer["AuthenticationResult"] as ReturnType<typeof tokensOf>;
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
}
