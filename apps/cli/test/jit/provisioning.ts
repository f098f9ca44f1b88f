import { setTimeout as sleep } from "node:timers/promises";
import { createUserPoolSource } from "@cognito-to-descope/cognito";
import {
  type Clock,
  type ConfirmedUser,
  createJitProvisioner,
  type JitProvisionerOptions,
  DEFAULT_RULES,
  type MappingRules,
  type OpenJitProvisioner,
  type PoolObservation,
  type Provisioned,
  type ProvisionEvent,
  type ProvisionOutcome,
  type ProvisionTarget,
} from "@cognito-to-descope/core";
import { createProvisionTarget, type ProjectTargetOptions } from "@cognito-to-descope/descope";
import type { Sandbox } from "@cognito-to-descope/sandbox";
import { descope, type HandmadePool } from "../pipeline/world.ts";

/** The machine's clock. */
export const machineClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
};

const PLENTY = { requests: 1_000_000, windowMs: 1 };
const PLENTY_OF_DESCOPE = { ...PLENTY, penaltyMs: 1 };

/** A password that satisfies the policy of every new project. */
export const PASSWORD = "Right-Passw0rd";

/** What a provisioner is opened with. */
export interface ProvisioningOptions {
  readonly rules?: Partial<MappingRules>;
  readonly pools?: readonly { readonly userPoolId: string; readonly tenant?: string }[];
  readonly observations?: readonly PoolObservation[] | undefined;
  readonly target?: Partial<ProjectTargetOptions>;
  /** Changes the target, such as how long its answers take. */
  readonly through?: (target: ProvisionTarget) => ProvisionTarget;
  readonly clock?: Clock;
  readonly maxPending?: number;
  readonly sharedPace?: JitProvisionerOptions["sharedPace"];
  readonly refreshMs?: number;
  /** How long each sign-in waits. @defaultValue 20,000 */
  readonly patienceMs?: number;
}

/** A provisioner on a sandbox, with what it said. */
export interface Provisioning {
  readonly provisioner: OpenJitProvisioner;
  readonly events: readonly ProvisionEvent[];
  readonly provisioned: readonly { readonly sub: string; readonly outcome: Provisioned }[];
  /** Lets a user of the pool sign in, as it stands in the pool now. */
  readonly signIn: (
    pool: HandmadePool | string,
    sub: string,
    password?: string,
    change?: Partial<ConfirmedUser>,
  ) => Promise<ProvisionOutcome>;
}

/** Opens a provisioner from the sandbox's pools to its project. */
export async function openProvisioning(sandbox: Sandbox, options: ProvisioningOptions = {}): Promise<Provisioning> {
  const { clock = machineClock, pools = [{ userPoolId: sandbox.userPoolId }], patienceMs = 20_000 } = options;
  const events: ProvisionEvent[] = [];
  const provisioned: { sub: string; outcome: Provisioned }[] = [];
  const sources = pools.map(({ userPoolId, tenant }, index) => ({
    tenant,
    observation: options.observations?.[index],
    source: createUserPoolSource({
      userPoolId,
      endpoint: sandbox.cognito,
      region: sandbox.region,
      accessKeyId: "sandbox",
      secretAccessKey: "sandbox",
      clock: machineClock,
      limits: {
        categories: { UserPoolRead: PLENTY, UserPoolClientRead: PLENTY, UserPoolResourceRead: PLENTY },
        perPoolOperation: PLENTY,
      },
    }),
  }));
  const target = createProvisionTarget({
    projectId: sandbox.projectId,
    managementKey: sandbox.managementKey,
    baseUrl: sandbox.descope,
    clock,
    random: Math.random,
    limits: {
      "user-create": PLENTY_OF_DESCOPE,
      "user-update": PLENTY_OF_DESCOPE,
      "user-other": PLENTY_OF_DESCOPE,
      general: PLENTY_OF_DESCOPE,
    },
    ...options.target,
  });
  const provisioner = await createJitProvisioner({
    sources,
    target: options.through?.(target) ?? target,
    rules: { ...DEFAULT_RULES, ...options.rules },
    clock,
    maxPending: options.maxPending,
    sharedPace: options.sharedPace,
    refreshMs: options.refreshMs,
    onEvent: (event) => events.push(event),
    onProvisioned: ({ sub }, outcome) => provisioned.push({ sub, outcome }),
  });
  return {
    provisioner,
    events,
    provisioned,
    async signIn(pool, sub, password = PASSWORD, change = {}) {
      const confirmed = await confirmedUser(sandbox, typeof pool === "string" ? pool : pool.userPoolId, sub);
      return provisioner.provision({ ...confirmed, ...change }, password, {
        deadline: clock.monotonic() + patienceMs,
      });
    },
  };
}

/** A user as the pool has it now, whose password was right. */
export async function confirmedUser(sandbox: Sandbox, userPoolId: string, sub: string): Promise<ConfirmedUser> {
  const source = createUserPoolSource({
    userPoolId,
    endpoint: sandbox.cognito,
    region: sandbox.region,
    accessKeyId: "sandbox",
    secretAccessKey: "sandbox",
    clock: machineClock,
    limits: { categories: { UserList: PLENTY, UserResourceRead: PLENTY }, perPoolOperation: PLENTY },
  });
  try {
    const user = await source.findUser(sub);
    if (user === undefined) throw new Error("the pool lists no such user");
    return { userPoolId, user, groups: await source.groupsOf(user.username), username: user.username };
  } finally {
    source.close();
  }
}

/** Creates the attributes that every user of an import has, as `c2d apply` does. */
export async function defineOwnAttributes(
  sandbox: Sandbox,
  others: readonly { readonly name: string; readonly type: number }[] = [],
): Promise<void> {
  const own = [
    { name: "cognitoSub", type: 1 },
    { name: "cognitoUsername", type: 1 },
    { name: "freshlyMigrated", type: 3 },
  ];
  await descope(sandbox, "POST /v1/mgmt/user/customattribute/create", {
    attributes: [...own, ...others].map((one) => ({ ...one, displayName: one.name })),
  });
}

/** Whether the project lets a user in by a password. */
export async function signsIn(sandbox: Sandbox, loginId: string, password: string): Promise<boolean> {
  const response = await fetch(`${sandbox.descope}/v1/auth/password/signin`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${sandbox.projectId}` },
    body: JSON.stringify({ loginId, password }),
  });
  return response.ok;
}
