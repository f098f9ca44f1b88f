import { hasCode } from "../errors.ts";
import type { UserKind } from "../plan/plan.ts";
import type { SignedIn, SignInMethod } from "../ports/project-target.ts";
import type { AppliedItem } from "../ports/state-store.ts";
import type { NewProjectUser } from "../project/project-user.ts";
import type { RunContext } from "../run/run-context.ts";

/** What a test sign-in showed. */
export interface SignInTest {
  readonly sub: string;
  readonly kind: UserKind;
  /** How it was tried; a user that was never enabled is tried by a test user of the same shape. */
  readonly method: SignInMethod;
  /** Empty when all is well. Without personal data. */
  readonly problems: readonly string[];
}

const KINDS: readonly UserKind[] = [
  "native",
  "federated",
  "linked",
  "must-set-password",
  "phone-only",
  "username-only",
  "unconfirmed",
  "disabled",
  "retired",
];

/**
 * Signs migrated users of every kind in and checks their session tokens: subject, roles, tenants.
 *
 * `management` signs real users in by the management API, which leaves a sign-in in their history; disabled users must
 * be refused. `otp` and `magic-link` sign in test users of the same shape, which are removed again.
 *
 * @param count - How many users; they are taken from all kinds in turn.
 */
export async function testSignIns(
  context: RunContext,
  count: number,
  method: SignInMethod,
  newTestLoginId: () => string,
): Promise<readonly SignInTest[]> {
  const tests: SignInTest[] = [];
  for (const applied of await sampleUsers(context, count)) {
    context.signal?.throwIfAborted();
    tests.push(await testSignIn(context, applied, method, newTestLoginId));
  }
  return tests;
}

/** Users of all kinds in turn, until there are enough. */
async function sampleUsers({ runId, store }: RunContext, count: number): Promise<readonly AppliedItem[]> {
  const byKind = await Promise.all(KINDS.map((kind) => store.readAppliedItemsOfKind(runId, kind, count)));
  const sample: AppliedItem[] = [];
  for (let round = 0; sample.length < count && byKind.some((users) => users.length > round); round += 1) {
    for (const users of byKind) {
      const user = users[round];
      if (user !== undefined && sample.length < count) sample.push(user);
    }
  }
  return sample;
}

async function testSignIn(
  context: RunContext,
  { item, outcome }: AppliedItem,
  method: SignInMethod,
  newTestLoginId: () => string,
): Promise<SignInTest> {
  const { target, signal } = context;
  const { planned, sub, kind } = item;
  if (planned === undefined) return { sub, kind, method, problems: ["the plan holds no user"] };
  // A sign-in would enable an invited user, which only the user may do.
  const used: SignInMethod = method === "management" && planned.status === "invited" ? "otp" : method;
  try {
    if (used !== "management") {
      const signedIn = await target.signInTestUser(testCopy(planned, newTestLoginId()), used, {
        signal,
      });
      return { sub, kind, method: used, problems: checkClaims(planned, signedIn, signedIn.userId) };
    }
    const signedIn = await target.signIn(planned.loginId, { signal });
    if (planned.status === "disabled") return { sub, kind, method, problems: ["a disabled user was signed in"] };
    return { sub, kind, method, problems: checkClaims(planned, signedIn, outcome?.userId) };
  } catch (error) {
    if (!hasCode(error, "ERR_TARGET_REFUSED", "ERR_TARGET_TOKEN_INVALID")) throw error;
    const refused = error.code === "ERR_TARGET_REFUSED";
    // Also whom the project had shut before: the run enables nobody.
    const shut = planned.status === "disabled" || item.existing?.status === "disabled";
    if (refused && shut) return { sub, kind, method: used, problems: [] };
    const why = error.vendorCode === undefined ? "" : ` (${error.vendorCode})`;
    return {
      sub,
      kind,
      method: used,
      problems: [refused ? `the sign-in was refused${why}` : error.message],
    };
  }
}

/** A test user with the same roles and tenants, and with nothing of the person. */
function testCopy(planned: NewProjectUser, loginId: string): NewProjectUser {
  return {
    loginId,
    additionalLoginIds: [],
    email: loginId,
    verifiedEmail: true,
    verifiedPhone: false,
    status: "enabled",
    roleNames: planned.roleNames,
    userTenants: planned.userTenants,
    customAttributes: {},
  };
}

function checkClaims(planned: NewProjectUser, signedIn: SignedIn, userId: string | undefined): readonly string[] {
  const { claims } = signedIn;
  const problems: string[] = [];
  if (claims["sub"] !== userId) problems.push("the token's subject is not the user's ID");
  const roles = new Set(Array.isArray(claims["roles"]) ? (claims["roles"] as readonly unknown[]) : []);
  if (planned.roleNames.some((role) => !roles.has(role))) problems.push("the token lacks a role");
  const tenants = (claims["tenants"] ?? {}) as Readonly<
    Record<string, { readonly roles?: readonly string[] } | undefined>
  >;
  for (const { tenantId, roleNames } of planned.userTenants) {
    const tenant = tenants[tenantId];
    if (tenant === undefined) problems.push(`the token lacks tenant ${tenantId}`);
    else if (roleNames.some((role) => tenant.roles?.includes(role) !== true)) {
      problems.push(`the token lacks a role in tenant ${tenantId}`);
    }
  }
  return problems;
}
