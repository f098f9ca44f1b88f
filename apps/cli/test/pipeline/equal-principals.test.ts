import { createUserPoolSource } from "@cognito-to-descope/cognito";
import {
  DEFAULT_RULES,
  type MappingRules,
  type Role,
  type RoleMap as CoreRoleMap,
  roleMapOf,
} from "@cognito-to-descope/core";
import type { Sandbox } from "@cognito-to-descope/sandbox";
import { createVerifier, identityOf, type RoleMap } from "@cognito-to-descope/session";
import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { openMigration } from "./migration.ts";
import { cognito, descope, type HandmadePool, identitiesOf, startWorld, verified } from "./world.ts";

const PASSWORD = "Passw0rd!Passw0rd";
const TENANTS = ["north", "south", "__proto__"];
const ROLES = ["admin", "editor", "constructor"];
const GROUPS = ["admins", "editors", "staff-eu", "staff-us", "constructor", "Admins", "übrige", "x".repeat(110)];
const PROVIDERS = ["Google", "Okta"];

const groupRule = fc.record(
  {
    group: fc.constantFrom(...GROUPS, "staff-*", "*", "*s"),
    role: fc.constantFrom(true as const, ...ROLES),
    tenant: fc.constantFrom("north", "south"),
  },
  { requiredKeys: ["group"] },
);

interface Case {
  readonly rules: Partial<MappingRules>;
  readonly tenant: string | undefined;
  readonly users: readonly { readonly groups: readonly string[]; readonly providers: readonly string[] }[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  rules: fc.record({
    groups: fc.array(groupRule, { maxLength: 4 }),
    providerGroups: fc.constantFrom("skip", "role"),
    connectionTenants: fc.dictionary(fc.constantFrom(...PROVIDERS), fc.constantFrom(...TENANTS.slice(0, 2)), {
      maxKeys: 2,
    }),
  }),
  tenant: fc.option(fc.constantFrom("north", "west"), { nil: undefined }),
  users: fc.array(fc.record({ groups: fc.subarray(GROUPS, { maxLength: 4 }), providers: fc.subarray(PROVIDERS) }), {
    minLength: 1,
    maxLength: 4,
  }),
});

describe("a user's Cognito token and Descope token", () => {
  it("give equal identities, by the role map of the import", { timeout: 110_000 }, async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        compared += await compareTokens(given);
      }),
      { numRuns: 12 },
    );
    expect(compared).toBeGreaterThan(12);
  });
});

/** Migrates a pool, signs everybody in on both sides, and compares. Gives the number of users that were compared. */
async function compareTokens({ rules, tenant, users }: Case): Promise<number> {
  await using world = await startWorld();
  const { sandbox, pool } = world;
  await fillPool(sandbox, pool, users);
  const { UserPoolClient: client } = (await cognito(sandbox, "CreateUserPoolClient", {
    UserPoolId: pool.userPoolId,
    ClientName: "app",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  })) as { readonly UserPoolClient: { readonly ClientId: string } };
  await fillProject(sandbox);
  await using migration = await openMigration(sandbox, {
    rules,
    pools: [{ ...pool, ...(tenant === undefined ? {} : { tenant }) }],
  });
  await migration.migrate();

  const map: CoreRoleMap = roleMapOf(
    await readPool(sandbox, pool),
    { ...DEFAULT_RULES, ...rules },
    {
      tenant,
      projectRoles: await readRoles(sandbox),
    },
  );
  // What the core computes goes to the verifier as JSON.
  const roles: RoleMap = JSON.parse(JSON.stringify(map)) as RoleMap;
  const verifier = createVerifier({
    cognito: [
      {
        userPoolId: pool.userPoolId,
        clientId: client.ClientId,
        tokenUse: null,
        roles,
        jwksUri: `${sandbox.cognito}/${pool.userPoolId}/.well-known/jwks.json`,
      },
    ],
    descope: [{ projectId: sandbox.projectId, audience: null, baseUrl: sandbox.descope }],
    mode: "dual",
    subject: { use: "cognito", unmapped: "refuse" },
  });
  for (const [index, { providers }] of users.entries()) {
    const username = `user${index}`;
    const { AuthenticationResult: tokens } = (await cognito(sandbox, "InitiateAuth", {
      ClientId: client.ClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: username, PASSWORD },
    })) as { readonly AuthenticationResult: { readonly IdToken: string; readonly AccessToken: string } };
    const { sessionJwt } = (await descope(sandbox, "POST /v1/mgmt/auth/signin", {
      loginId: `${username}@example.com`,
    })) as { readonly sessionJwt: string };
    const session = await verifier.verify(sessionJwt);
    const id = await verifier.verify(tokens.IdToken);
    expect(session.cognitoSub).toBe(id.cognitoSub);
    // An access token does not tell identity providers; where they give no tenant, that makes no difference.
    const tellsAll = providers.every((name) => !Object.hasOwn(rules.connectionTenants ?? {}, name));
    const alike = tellsAll ? [id, await verifier.verify(tokens.AccessToken)] : [id];
    expect(alike.map(identityOf)).toEqual(alike.map(() => identityOf(session)));
  }
  return users.length;
}

async function fillPool(sandbox: Sandbox, pool: HandmadePool, users: Case["users"]): Promise<void> {
  for (const name of GROUPS) await pool.group(name, []);
  for (const [index, { groups, providers }] of users.entries()) {
    const Username = `user${index}`;
    const identities = providers.flatMap(
      (name) => JSON.parse(identitiesOf(name, `${name}-${index}`, false)) as unknown[],
    );
    pool.add(
      Username,
      verified(`${Username}@example.com`, providers.length === 0 ? {} : { identities: JSON.stringify(identities) }),
    );
    await cognito(sandbox, "AdminSetUserPassword", {
      UserPoolId: pool.userPoolId,
      Username,
      Password: PASSWORD,
      Permanent: true,
    });
    for (const GroupName of groups) {
      await cognito(sandbox, "AdminAddUserToGroup", { UserPoolId: pool.userPoolId, GroupName, Username });
    }
  }
}

/** A role that is there before the import, with permissions, and a template that tells the Cognito `sub`. */
async function fillProject(sandbox: Sandbox): Promise<void> {
  await descope(sandbox, "POST /v1/mgmt/permission/create", { name: "write", description: "" });
  await descope(sandbox, "POST /v1/mgmt/permission/create", { name: "delete", description: "" });
  await descope(sandbox, "POST /v1/mgmt/role/create", {
    name: "editors",
    description: "",
    permissionNames: ["write", "delete"],
  });
  await descope(sandbox, "POST /v1/mgmt/jwt/templates/create", {
    template: { name: "dual", type: "user", template: { cognitoSub: "{{user.customAttributes.cognitoSub}}" } },
  });
  sandbox.descopeService.selectJwtTemplate("dual");
}

async function readPool(sandbox: Sandbox, pool: HandmadePool): Promise<Parameters<typeof roleMapOf>[0]> {
  const source = createUserPoolSource({
    userPoolId: pool.userPoolId,
    endpoint: sandbox.cognito,
    region: sandbox.region,
    accessKeyId: "sandbox",
    secretAccessKey: "sandbox",
    clock: { now: Date.now, monotonic: () => performance.now(), sleep: () => Promise.resolve() },
  });
  try {
    return await source.readSnapshot();
  } finally {
    source.close();
  }
}

async function readRoles(sandbox: Sandbox): Promise<readonly Role[]> {
  const { roles } = (await descope(sandbox, "GET /v1/mgmt/role/all")) as { readonly roles: readonly Role[] };
  return roles;
}
