import type {
  ListingState,
  Outcome,
  PlanItem,
  PlannedItem,
  PoolSnapshot,
  PoolUser,
  ProjectUser,
  Run,
  SourceUser,
  StateStore,
} from "@cognito-to-descope/core";

/** Opens an empty store. Each test closes what it opened. */
export type OpenStore = () => Promise<StateStore>;

export const UNDERWAY: ListingState = { next: "token", complete: false, at: 1_700_000_000_000 };
export const COMPLETE: ListingState = { complete: true, at: 1_700_000_000_001 };

export function aRun(change: Partial<Run> = {}): Run {
  return {
    id: "run-1",
    kind: "migrate",
    state: "reading",
    startedAt: 1_700_000_000_000,
    updatedAt: 1_700_000_000_000,
    configHash: "c0ffee",
    projectId: "P1",
    userPoolIds: ["eu-west-1_Pool"],
    ...change,
  };
}

export function aPool(change: Partial<PoolSnapshot> = {}): PoolSnapshot {
  return {
    userPoolId: "eu-west-1_Pool",
    name: "pool",
    region: "eu-west-1",
    estimatedUsers: 3,
    schema: [{ name: "email", type: "String", required: true, mutable: true }],
    usernameAttributes: ["email"],
    aliasAttributes: [],
    caseSensitive: false,
    mfa: { configuration: "OFF", sms: false, totp: false, email: false, passkeys: false },
    passwordPolicy: {
      minimumLength: 8,
      requireLowercase: true,
      requireUppercase: true,
      requireNumbers: true,
      requireSymbols: false,
    },
    triggers: {},
    tier: "ESSENTIALS",
    appClients: [],
    identityProviders: [],
    groups: [{ name: "admins", description: "", precedence: 1 }],
    ...change,
  };
}

/** The n-th of endlessly many subs, all of them UUIDs and in no order. */
export function subOf(n: number): string {
  const scattered = ((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, "0");
  return `${scattered}-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
}

export function aPoolUser(sub: string, change: Partial<PoolUser> = {}): PoolUser {
  return {
    sub,
    username: sub,
    attributes: { email: `${sub}@example.com`, email_verified: "true" },
    enabled: true,
    status: "CONFIRMED",
    createdAt: 1_600_000_000_000,
    modifiedAt: 1_600_000_000_001,
    ...change,
  };
}

export function aProjectUser(userId: string, change: Partial<ProjectUser> = {}): ProjectUser {
  return {
    userId,
    loginIds: [`${userId}@example.com`],
    email: `${userId}@example.com`,
    phone: "",
    verifiedEmail: true,
    verifiedPhone: false,
    name: "",
    givenName: "",
    middleName: "",
    familyName: "",
    picture: "",
    status: "enabled",
    roleNames: [],
    userTenants: [],
    customAttributes: {},
    createdTime: 1_600_000_000,
    ...change,
  };
}

/** A plan of nobody. */
export function aPlan(): NonNullable<Run["plan"]> {
  return {
    hash: "h",
    definitions: {
      attributes: { create: [], unchanged: [] },
      roles: { create: [], unchanged: [] },
      tenants: { create: [], unchanged: [] },
    },
    counts: { read: 0, create: 0, patch: 0, none: 0, skip: 0, delete: 0 },
    findings: [],
    observations: [],
  };
}

export function aPlanItem(seq: number, change: Partial<PlanItem> = {}): PlanItem {
  return {
    seq,
    source: 0,
    sub: subOf(seq),
    kind: "native",
    operation: "create",
    reason: "not in the project",
    planned: {
      loginId: `user${seq}@example.com`,
      additionalLoginIds: [],
      verifiedEmail: true,
      verifiedPhone: false,
      status: "enabled",
      roleNames: ["admins"],
      userTenants: [],
      customAttributes: { cognitoSub: subOf(seq), age: 41, freshlyMigrated: true, tags: ["a", "b"] },
    },
    findings: [],
    ...change,
  };
}

export function planned(seq: number, loginIds: readonly string[] = [], change: Partial<PlanItem> = {}): PlannedItem {
  return { item: aPlanItem(seq, change), loginIds };
}

export function created(seq: number): Outcome {
  return { seq, outcome: "created", userId: `U${seq}` };
}

/** A store with the run `run-1` in it. */
export async function openWithRun(open: OpenStore): Promise<StateStore> {
  const store = await open();
  await store.createRun(aRun());
  return store;
}

/** A store with the run `run-1` and plan items numbered from 1. */
export async function openWithPlan(open: OpenStore, items: number): Promise<StateStore> {
  const store = await openWithRun(open);
  await store.appendPlanItems(
    "run-1",
    Array.from({ length: items }, (_, index) => planned(index + 1)),
  );
  return store;
}

/** Every source user, read in pages of a size. */
export async function everySourceUser(store: StateStore, runId: string, limit = 1000): Promise<readonly SourceUser[]> {
  const users: SourceUser[] = [];
  for (;;) {
    const page = await store.readSourceUsers(runId, users.at(-1)?.seq ?? 0, limit);
    if (page.length === 0) return users;
    users.push(...page);
  }
}

export function seqsOf(items: readonly { readonly seq: number }[]): number[] {
  return items.map((item) => item.seq);
}

export function splitAt<Element>(elements: readonly Element[], sizes: readonly number[]): Element[][] {
  const pages: Element[][] = [];
  let start = 0;
  for (let turn = 0; start < elements.length; turn++) {
    const size = sizes.length === 0 ? elements.length : Math.max(1, sizes[turn % sizes.length] as number);
    pages.push(elements.slice(start, start + size));
    start += size;
  }
  return pages;
}
