import { createFindings, type Findings } from "../findings/findings.ts";
import type { Finding } from "../findings/finding.ts";
import type { RateLimit } from "../limits/rate-limiter.ts";
import { mapAttributes } from "../mapping/attribute-mapping.ts";
import { mapGroups } from "../mapping/group-mapping.ts";
import type { MappingRules } from "../mapping/rules.ts";
import type { PoolObservation } from "../pool/observe-users.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import { notePool } from "../run/note-pool.ts";

/** The quotas that an assessment reckons with. */
export interface AssessQuotas {
  /** Cognito's `UserList`: 60 users a request. */
  readonly userList: RateLimit;
  /** Descope's create and batch create. */
  readonly create: RateLimit;
  readonly usersPerBatch: number;
}

/** A way to migrate, and how well it fits this pool. */
export interface StrategyFit {
  readonly strategy: "full" | "jit-password" | "jit-oidc" | "combined";
  readonly fits: "best" | "possible" | "no";
  readonly reasons: readonly string[];
}

/** How long a step takes at the quotas, in seconds, and which quota decides. */
export interface StepDuration {
  readonly step: "read-users" | "read-groups" | "write-users";
  readonly requests: number;
  readonly seconds: number;
  readonly quota: string;
}

/** What a pool holds, what moves, what cannot, and how. */
export interface Assessment {
  readonly pool: PoolSnapshot;
  readonly observation: PoolObservation;
  /** Members by group. */
  readonly groupSizes: Readonly<Record<string, number>>;
  /** Custom attributes that the import would define. */
  readonly attributes: readonly {
    readonly source: string;
    readonly target: string;
    readonly type: string;
    readonly users: number;
  }[];
  readonly findings: readonly Finding[];
  /** What stays behind whatever is done, in plain sentences. */
  readonly cannotMove: readonly string[];
  readonly strategies: readonly StrategyFit[];
  readonly durations: readonly StepDuration[];
}

/**
 * Assesses a pool from what one read-only pass saw.
 *
 * @param findings - Those about its users; what is found about the pool is added. Default is none.
 */
export function assessPool(
  pool: PoolSnapshot,
  observation: PoolObservation,
  groupSizes: Readonly<Record<string, number>>,
  rules: MappingRules,
  quotas: AssessQuotas,
  findings: Findings = createFindings(),
): Assessment {
  const project = { projectId: "", attributes: [], roles: [], tenants: [] };
  const { targets } = mapAttributes([{ pool, observation }], project, rules, findings);
  mapGroups(pool, rules, findings);
  notePool(pool, observation, findings);
  return {
    pool,
    observation,
    groupSizes,
    attributes: [...targets].map(([source, target]) => ({
      source,
      target: target.kind === "field" ? `user.${target.field}` : target.name,
      type: target.kind === "field" ? "string" : target.type,
      users: observation.attributes[source]?.users ?? 0,
    })),
    findings: findings.list(),
    cannotMove: whatCannotMove(pool, observation),
    strategies: fitStrategies(pool, observation),
    durations: reckonDurations(observation, groupSizes, quotas),
  };
}

function whatCannotMove(pool: PoolSnapshot, observation: PoolObservation): readonly string[] {
  const left: string[] = [];
  if (observation.native + observation.linked > 0) {
    left.push(
      "Passwords: Cognito exports no hash. Users set a new one, go passwordless, or sign in once through just-in-time migration.",
    );
  }
  if (pool.mfa.totp) left.push("Authenticator apps (TOTP): Cognito exports no seed. Users enrol again.");
  if (pool.mfa.passkeys)
    left.push("Passkeys: Cognito exports no public key, and a passkey belongs to its domain. Users enrol again.");
  left.push(
    "Sessions: a Cognito refresh token means nothing to Descope. Accept both tokens for a while, or let users sign in again.",
  );
  left.push("Remembered devices and sign-in history stay in Cognito.");
  if (observation.noContact > 0) {
    left.push(
      `${observation.noContact} users without an email address and phone number: Descope refuses them unless a placeholder domain is configured.`,
    );
  }
  if (Object.keys(pool.triggers).length > 0)
    left.push("Lambda triggers: rebuild them as Descope flow steps and connectors.");
  return left;
}

function fitStrategies(pool: PoolSnapshot, observation: PoolObservation): readonly StrategyFit[] {
  const native = observation.native + observation.linked;
  const passwordClients = pool.appClients.filter(({ authFlows }) =>
    authFlows.some((flow) => flow.endsWith("USER_PASSWORD_AUTH")),
  );
  const hasDomain = pool.domain !== undefined || pool.customDomain !== undefined;
  const mostlyFederated = observation.federated > native;
  return [
    {
      strategy: "full",
      fits: mostlyFederated ? "best" : "possible",
      reasons: [
        "everybody is in Descope before the cut-over",
        native > 0 ? `${native} users set a new password or go passwordless` : "no user has a password to lose",
      ],
    },
    {
      strategy: "combined",
      fits: mostlyFederated ? "possible" : "best",
      reasons: [
        "everybody is imported first, and each password is captured at its user's first sign-in",
        passwordClients.length > 0
          ? `${passwordClients.length} of ${pool.appClients.length} app clients allow a password check`
          : "an app client that allows a password check has to be made",
      ],
    },
    {
      strategy: "jit-password",
      fits: native === 0 ? "no" : "possible",
      reasons:
        native === 0
          ? ["no user has a password in the pool"]
          : ["users appear in Descope at their first sign-in only; Cognito runs until the last one did"],
    },
    {
      strategy: "jit-oidc",
      fits: hasDomain ? "possible" : "no",
      reasons: hasDomain
        ? ["users sign in at Cognito's pages once, with their second factor; passwords stay behind"]
        : ["the pool has no domain: managed login is not set up"],
    },
  ];
}

function reckonDurations(
  observation: PoolObservation,
  groupSizes: Readonly<Record<string, number>>,
  quotas: AssessQuotas,
): readonly StepDuration[] {
  const duration = (step: StepDuration["step"], requests: number, limit: RateLimit, quota: string): StepDuration => ({
    step,
    requests,
    seconds: Math.ceil((requests * limit.windowMs) / limit.requests / 1000),
    quota: `${quota}: ${limit.requests} requests in ${limit.windowMs / 1000} s`,
  });
  const groupPages = Object.values(groupSizes).reduce(
    (pages, members) => pages + Math.max(1, Math.ceil(members / 60)),
    0,
  );
  return [
    duration("read-users", Math.max(1, Math.ceil(observation.users / 60)), quotas.userList, "Cognito UserList"),
    duration("read-groups", groupPages, quotas.userList, "Cognito UserList"),
    duration("write-users", Math.ceil(observation.users / quotas.usersPerBatch), quotas.create, "Descope create"),
  ];
}
