import { type Fault, type FaultRule, type Sandbox } from "@cognito-to-descope/sandbox";
import type { MappingRules, RunPlan } from "@cognito-to-descope/core";
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { anyVariants } from "../pipeline/any-variants.ts";
import { openMigration } from "../pipeline/migration.ts";
import { descope, type HandmadePool, projectUsers, startWorld, targetState } from "../pipeline/world.ts";
import { openProvisioning, PASSWORD, signsIn } from "./provisioning.ts";

interface AnyUser {
  readonly email: "none" | "verified" | "unverified";
  readonly phone: "none" | "verified" | "unverified";
  readonly attributes: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
}

const GROUPS = ["admins", "editors", "acme"] as const;

const anyUser: fc.Arbitrary<AnyUser> = fc.record({
  email: fc.constantFrom("none", "verified", "unverified"),
  phone: fc.constantFrom("none", "verified", "unverified"),
  attributes: fc.record(
    {
      name: fc.constantFrom("Ada Lovelace", "ƏŚ 例"),
      locale: fc.constantFrom("en", "de"),
      zoneinfo: fc.constant("Europe/London"),
      preferred_username: fc.uuid(),
      "custom:seats": fc.constantFrom("7", "007", "1.50", "12345678901234567890", ""),
      "custom:a name that is far too long": fc.constantFrom("x", "y"),
    },
    { requiredKeys: [] },
  ),
  groups: fc.subarray([...GROUPS]),
});

const anyRules: fc.Arbitrary<Partial<MappingRules>> = fc.record({
  loginIds: fc.constantFrom<MappingRules["loginIds"]>("auto", ["email", "username"], ["phone", "email"]),
  noContact: fc.constantFrom<MappingRules["noContact"]>("skip", { placeholderDomain: "users.invalid" }),
  roleScope: fc.constantFrom("project", "tenant"),
  groups: fc.constantFrom<MappingRules["groups"]>(
    [],
    [{ group: "acme", role: true, tenant: "acme" }],
    [{ group: "a*" }],
  ),
});

const anyFaults: fc.Arbitrary<readonly FaultRule[]> = fc.array(
  fc.record({
    service: fc.constant("descope" as const),
    operation: fc.constantFrom(
      "POST /v1/mgmt/user/create/batch",
      "POST /v1/mgmt/user/password/set/active",
      "PATCH /v1/mgmt/user/patch/batch",
      "POST /v2/mgmt/user/search",
      "GET /v1/mgmt/user",
    ),
    nth: fc.integer({ min: 1, max: 4 }),
    fault: fc.constantFrom<Fault>(
      { kind: "answer-lost" },
      { kind: "reset-before" },
      { kind: "throttle", retryAfterMs: 5 },
      { kind: "status", status: 500, afterWork: true },
      { kind: "status", status: 503 },
      { kind: "truncated", where: "json" },
    ),
  }),
  { maxLength: 5 },
);

/** How much faster time passes in the sandbox. */
const SPEED = 20;

function fill(pool: HandmadePool, users: readonly AnyUser[]): readonly string[] {
  return users.map(({ email, phone, attributes }, index) => {
    const contact = {
      ...(email === "none" ? {} : { email: `user${index}@example.com`, email_verified: String(email === "verified") }),
      ...(phone === "none"
        ? {}
        : {
            phone_number: `+4420794600${String(index).padStart(2, "0")}`,
            phone_number_verified: String(phone === "verified"),
          }),
    };
    const sub = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
    return pool.add(`User${index}`, { ...contact, ...attributes }, { sub });
  });
}

/** Creates what the plan of an import would. */
async function define(sandbox: Sandbox, { definitions }: RunPlan): Promise<void> {
  const types: Readonly<Record<string, number>> = { string: 1, number: 2, boolean: 3 };
  await descope(sandbox, "POST /v1/mgmt/user/customattribute/create", {
    attributes: definitions.attributes.create.map(({ name, type }) => ({ name, displayName: name, type: types[type] })),
  });
  for (const { id, name } of definitions.tenants.create)
    await descope(sandbox, "POST /v1/mgmt/tenant/create", { id, name });
  for (const role of definitions.roles.create) await descope(sandbox, "POST /v1/mgmt/role/create", role);
}

describe("signing in", () => {
  test.prop(
    [
      fc.array(anyUser, { minLength: 1, maxLength: 8 }),
      anyRules,
      fc.boolean(),
      anyVariants({ batchLimit: 100 }),
      anyFaults,
    ],
    {
      numRuns: 12,
    },
  )(
    "brings a user to what an import brings it to, with the password, in any project and whatever goes wrong",
    async (users, rules, hasTenant, variants, faults) => {
      const start = Date.now();
      const settings = {
        Schema: [
          { Name: "seats", AttributeDataType: "Number" },
          { Name: "a name that is far too long", AttributeDataType: "String" },
        ],
      };
      const worldOptions = { variants, clock: () => start + (Date.now() - start) * SPEED };
      await using imported = await startWorld(worldOptions, settings);
      await using signedIn = await startWorld(worldOptions, settings);
      let subs: readonly string[] = [];
      for (const { pool } of [imported, signedIn]) {
        subs = fill(pool, users);
        for (const group of GROUPS) {
          await pool.group(
            group,
            users.flatMap(({ groups }, index) => (groups.includes(group) ? [`User${index}`] : [])),
          );
        }
      }
      const tenant = hasTenant ? { tenant: "customer" } : {};
      await using migration = await openMigration(imported.sandbox, {
        pools: [{ ...imported.pool, ...tenant }],
        rules,
      });
      const { plan } = await migration.migrate();
      await define(signedIn.sandbox, plan);

      const { sandbox, pool } = signedIn;
      const provisioning = await openProvisioning(sandbox, {
        pools: [{ ...pool, ...tenant }],
        rules,
        observations: plan.observations,
        target: { requestTimeoutMs: 500 },
      });
      sandbox.faults.add(faults);
      const outcomes = await Promise.all(
        subs.map(async (sub) => {
          for (let attempt = 0; attempt < 6; attempt += 1) {
            const outcome = await provisioning.signIn(pool, sub);
            if (outcome.kind === "provisioned" || outcome.kind === "refused") return outcome;
          }
          throw new Error("the user is not let in");
        }),
      );
      sandbox.faults.clear();
      await provisioning.provisioner.drained();
      // What is lost with an answer is made good at the next sign-in.
      await new Promise((resolve) => setTimeout(resolve, variants.searchLag / SPEED + 10));
      await Promise.all(subs.map((sub) => provisioning.signIn(pool, sub)));
      await provisioning.provisioner.drained();

      expect(targetState(sandbox)).toEqual(
        (targetState(imported.sandbox) as readonly { readonly customAttributes: object }[]).map((user) => ({
          ...user,
          customAttributes: { ...user.customAttributes, freshlyMigrated: false },
        })),
      );
      expect(outcomes.filter(({ kind }) => kind === "provisioned")).toHaveLength(projectUsers(sandbox).length);
      for (const { loginIds } of projectUsers(sandbox)) {
        expect(await signsIn(sandbox, loginIds[0] ?? "", PASSWORD)).toBe(true);
      }
    },
    120_000,
  );
});
