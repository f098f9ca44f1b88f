import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  createPasswordAuthenticator,
  createPoolCalls,
  createPoolUserReader,
  type PasswordAuthenticatorOptions,
} from "@cognito-to-descope/cognito/authenticate";
import {
  type Clock,
  type ConfirmedUser,
  createPasswordCheck,
  createRateLimiter,
  type SignInPool,
  type JitProvisioner,
  type PasswordCheckPolicy,
  type ProvisionOutcome,
  type RateLimit,
} from "@cognito-to-descope/core";
import { type Sandbox, type SandboxOptions, startSandbox } from "@cognito-to-descope/sandbox";
import { onTestFinished } from "vitest";
import { createMemoryRateCounter, type JitOptions, type VerdictEntry } from "../../src/index.ts";
import { makeGateway, type TestGateway } from "../start-gateway.ts";

export const TOKEN = "a token of at least thirty-two characters";

/** A clock on which waiting costs nothing, and that counts what was waited. */
export interface HastyClock extends Clock {
  waitedMs: number;
}

/** Real time, but waits are over at once. */
export function hastyClock(): HastyClock {
  const clock: HastyClock = {
    waitedMs: 0,
    now: () => Date.now() + clock.waitedMs,
    monotonic: () => performance.now() + clock.waitedMs,
    async sleep(ms, signal) {
      clock.waitedMs += ms;
      await sleep(0, undefined, signal === undefined ? {} : { signal });
    },
  };
  return clock;
}

/** The machine's time. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};

/** What a check of passwords is started with. */
export interface StartJitOptions {
  readonly sandbox?: SandboxOptions;
  /** One that runs already, in place of one of its own. */
  readonly world?: Sandbox;
  readonly policy?: Partial<PasswordCheckPolicy>;
  readonly flow?: "public" | "admin";
  /** Whether the pool can be read with IAM rights. @defaultValue false */
  readonly reader?: boolean;
  /** Settings of the app client. */
  readonly client?: Readonly<Record<string, unknown>>;
  readonly authenticator?: Partial<PasswordAuthenticatorOptions>;
  readonly outcome?: (confirmed: ConfirmedUser, password: string) => ProvisionOutcome | Promise<ProvisionOutcome>;
  readonly provisioner?: (sandbox: Sandbox) => JitProvisioner | Promise<JitProvisioner>;
  readonly clock?: Clock;
  readonly quota?: RateLimit;
  /** The pools, where it is not the first one alone. */
  readonly pools?: (
    sandbox: Sandbox,
    open: (userPoolId: string) => Promise<SignInPool>,
  ) => Promise<readonly SignInPool[]>;
  readonly jit?: Partial<JitOptions>;
}

/** A gateway that checks passwords at a sandbox. */
export interface TestJit {
  readonly sandbox: Sandbox;
  readonly gateway: TestGateway["gateway"];
  /** The log of requests. */
  readonly entries: readonly unknown[];
  readonly verdicts: VerdictEntry[];
  readonly provisioned: ConfirmedUser[];
  /** Asks for a verdict, without a socket; whatever is no answer of the route fails. */
  ask(body: object, headers?: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>>;
  /** Sends any body. */
  post(text: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The username and password of one of the sandbox's kinds of users. */
  credentials(kind: string): { readonly username: string; readonly password: string };
  /** Resolves once everybody who moved is noted. */
  settled(): Promise<void>;
  /** How often Cognito was asked to sign somebody in. */
  tries(): number;
}

const CLIENT = {
  ClientName: "jit",
  ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
};

/** A busy machine must not look like a Cognito that does not answer. */
const PATIENT = { callTimeoutMs: 60_000, deadlineMs: 120_000 };

const WIDE: RateLimit = { requests: 1_000_000, windowMs: 1000 };

/** The pool of a sandbox with an app client of its own, ready for passwords to be tried. */
export async function jitPool(
  sandbox: Sandbox,
  options: StartJitOptions,
  clock: Clock,
  id: string = sandbox.userPoolId,
): Promise<SignInPool> {
  const calls = createPoolCalls(
    {
      region: sandbox.region,
      endpoint: sandbox.cognito,
      credentials: async () => ({ accessKeyId: "sandbox", secretAccessKey: "sandbox" }),
    },
    () => Date.now(),
  );
  onTestFinished(() => calls[Symbol.dispose]());
  const created = await calls.sendSigned(
    "CreateUserPoolClient",
    { ...CLIENT, UserPoolId: id, ...options.client },
    5000,
  );
  const { UserPoolClient } = (created.kind === "answer" ? created.body : {}) as {
    readonly UserPoolClient?: { readonly ClientId: string; readonly ClientSecret?: string };
  };
  if (UserPoolClient === undefined) throw new Error(`no client: ${JSON.stringify(created)}`);
  return {
    userPoolId: id,
    authenticator: createPasswordAuthenticator({
      userPoolId: id,
      clientId: UserPoolClient.ClientId,
      clientSecret: UserPoolClient.ClientSecret,
      flow: options.flow ?? "public",
      calls,
      ...options.authenticator,
    }),
    reader: options.reader === true ? createPoolUserReader({ userPoolId: id, calls }) : undefined,
    quotas: {
      authenticate: { own: createRateLimiter(options.quota ?? WIDE, clock) },
      readUser: { own: createRateLimiter(WIDE, clock) },
      readGroups: { own: createRateLimiter(WIDE, clock) },
      mark: { own: createRateLimiter(WIDE, clock) },
    },
    caseSensitive: false,
  };
}

async function startOwnSandbox(options: StartJitOptions["sandbox"]): Promise<Sandbox> {
  const sandbox = await startSandbox({ users: 60, ...options });
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

/** Starts a sandbox, unless there is one, and a gateway before it; both end with the test. */
export async function startJit(options: StartJitOptions = {}): Promise<TestJit> {
  const sandbox = options.world ?? (await startOwnSandbox(options.sandbox));
  const clock = options.clock ?? hastyClock();
  const provisioned: ConfirmedUser[] = [];
  const verdicts: VerdictEntry[] = [];
  const recording: JitProvisioner = {
    async provision(confirmed, password) {
      provisioned.push(confirmed);
      return (
        (await options.outcome?.(confirmed, password)) ?? {
          kind: "provisioned",
          operation: "created",
          loginId: confirmed.user.attributes["email"] ?? confirmed.username,
          password: "set",
        }
      );
    },
  };
  const open = (userPoolId: string): Promise<SignInPool> => jitPool(sandbox, options, clock, userPoolId);
  const pools = (await options.pools?.(sandbox, open)) ?? [await open(sandbox.userPoolId)];
  const keyed = (text: string): string => createHmac("sha256", "a key of the test").update(text).digest("base64url");
  const check = createPasswordCheck({
    pools,
    provisioner: (await options.provisioner?.(sandbox)) ?? recording,
    counter: createMemoryRateCounter(() => clock.monotonic()),
    clock,
    random: () => 0.5,
    hash: keyed,
    secretHash: keyed,
    policy: { ...PATIENT, ...options.policy },
  });
  const { gateway, entries } = makeGateway({
    clock,
    jit: {
      check,
      userPoolIds: pools.map(({ userPoolId }) => userPoolId),
      tokens: [TOKEN],
      onVerdict: (entry) => verdicts.push(entry),
      ...options.jit,
    },
  });
  const post = async (text: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    gateway.app.request("/v1/jit/verify", {
      method: "POST",
      body: text,
      headers: { "content-type": "application/json", authorization: `Bearer ${TOKEN}`, ...headers },
    });
  return {
    sandbox,
    gateway,
    entries,
    verdicts,
    provisioned,
    post,
    async ask(body, headers) {
      const response = await post(JSON.stringify(body), headers);
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      return (await response.json()) as Readonly<Record<string, unknown>>;
    },
    credentials(kind) {
      const { generated } = sandbox;
      const sub = generated?.kinds.get(kind) ?? "";
      const user = generated?.pool.users.bySub(sub);
      if (generated === undefined || user === undefined) throw new Error(`there is no user of the kind ${kind}`);
      return { username: user.username, password: generated.passwordOf(sub) };
    },
    settled: () => check.settled(),
    tries: () =>
      sandbox.requests.count({ operation: "InitiateAuth" }) +
      sandbox.requests.count({ operation: "AdminInitiateAuth" }),
  };
}
