import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { environmentFor, writeFastConfig } from "./commands/fast-world.ts";
import { type CommandResult, runC2d, temporaryFolder } from "./e2e/run-c2d.ts";
import { cognito, descope, projectUsers, startWorld } from "./pipeline/world.ts";

// Every value that belongs to a person, and every secret, holds a word of its own. None of the words may turn up in
// anything that is printed, logged or reported, unless it is asked for by -v. Names of groups and attributes may.
const MARK = "zqcanary";

const USERS = ["plain", "taken", "refused", "nocontact", "federated", "mismatch"] as const;

const ATTRIBUTES = [
  "name",
  "given_name",
  "middle_name",
  "family_name",
  "nickname",
  "preferred_username",
  "profile",
  "picture",
  "website",
  "gender",
  "birthdate",
  "zoneinfo",
  "locale",
  "address",
  "custom:notes",
  "dev:custom:internal",
] as const;

const SECRETS = {
  AWS_ACCESS_KEY_ID: `AKIA${MARK}ACCESS`,
  AWS_SECRET_ACCESS_KEY: `${MARK}-aws-secret`,
  AWS_SESSION_TOKEN: `${MARK}-aws-session`,
} as const;

let world: Awaited<ReturnType<typeof startWorld>>;
let folder: ReturnType<typeof temporaryFolder>;
let env: Record<string, string>;

beforeAll(async () => {
  folder = temporaryFolder();
  writeFastConfig(folder.path);
  world = await startWorld({ descope: { managementKey: `K2${MARK}ManagementKey` } });
  const { pool, sandbox } = world;
  for (const [index, user] of USERS.entries()) {
    const attributes: Record<string, string> = Object.fromEntries(
      ATTRIBUTES.map((name) => [name, `${MARK}-${user}-${name.replace(/\W/g, "")}`]),
    );
    if (user !== "nocontact") {
      attributes["email"] = `${MARK}.${user}@example.com`;
      attributes["email_verified"] = "true";
      attributes["phone_number"] = `+1202555778${index}`;
    } else {
      attributes["email"] = `${MARK}-no-address`;
      attributes["phone_number"] = `${MARK}-no-number`;
    }
    if (user === "federated") {
      attributes["identities"] = JSON.stringify([
        { userId: `${MARK}-subject`, providerName: "Okta", providerType: "SAML", primary: true },
      ]);
    }
    pool.add(`${MARK}_${user}`, attributes, user === "federated" ? { status: "EXTERNAL_PROVIDER" } : {});
  }
  await pool.group(
    "editors",
    USERS.map((user) => `${MARK}_${user}`),
    { Description: `${MARK} group description` },
  );
  await cognito(sandbox, "CreateIdentityProvider", {
    UserPoolId: pool.userPoolId,
    ProviderName: "Corp",
    ProviderType: "OIDC",
    ProviderDetails: {
      client_id: "client",
      client_secret: `${MARK}-provider-secret`,
      attributes_request_method: "GET",
      oidc_issuer: "https://idp.example.com",
      authorize_scopes: "openid",
    },
  });
  // A stranger in the project who owns a user's login ID.
  await descope(sandbox, "POST /v1/mgmt/user/create", {
    loginId: `${MARK}.taken@example.com`,
    email: `${MARK}.taken@example.com`,
    name: `${MARK} stranger`,
  });
  env = { ...environmentFor(sandbox), ...SECRETS, COGNITO_USER_POOL_ID: pool.userPoolId };
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function silent(commandArguments: readonly string[], exitCode: number, more = {}): Promise<CommandResult> {
  const result = await runC2d(commandArguments, { cwd: folder.path, env: { ...env, ...more } });
  expect({ commandArguments, code: result.code }, result.stderr).toEqual({ commandArguments, code: exitCode });
  expectNoCanary(commandArguments.join(" "), result.stdout + result.stderr);
  return result;
}

function expectNoCanary(where: string, text: string): void {
  const found = [new RegExp(`.{0,80}${MARK}.{0,80}`, "i"), /.{0,80}202555778.{0,20}/].flatMap(
    (form) => form.exec(text)?.[0] ?? [],
  );
  expect(found, where).toEqual([]);
}

/** Every file that the commands made, but for the state file, which is there to hold the data. */
function writtenFiles(directory: string = folder.path): readonly string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return writtenFiles(path);
    return name.startsWith("state.db") ? [] : [path];
  });
}

test("nothing that belongs to a person and no secret shows without -v", async () => {
  const { sandbox } = world;
  // A batch, its first half and the first of that are refused in words that name a user, so that one user fails.
  sandbox.faults.add([
    {
      service: "descope",
      operation: "POST /v1/mgmt/user/create/batch",
      fault: {
        kind: "status",
        status: 400,
        body: JSON.stringify({ errorCode: "E011003", errorDescription: `${MARK}.refused@example.com is not allowed` }),
      },
      times: 3,
    },
  ]);
  for (const json of [[], ["--json"]]) {
    await silent(["assess", "--html", "assessment.html", ...json], 0);
    await silent(["plan", "--html", "plan.html", ...json], 0);
    await silent(["migrate", "--dry-run", ...json], 0);
    await silent(["doctor", ...json], 0);
    await silent(["aws", "policy", ...json], 0);
  }
  await silent(["plan"], 0);
  const applied = await silent(["apply", "--json"], 3);
  expect((JSON.parse(applied.stdout) as { readonly users: { readonly failed: number } }).users.failed).toBeGreaterThan(
    0,
  );
  // Only now, so that every way of differing is in the report.
  const loginId = projectUsers(sandbox).find(({ loginIds }) => loginIds.some((id) => id.includes("mismatch")))
    ?.loginIds[0];
  await descope(sandbox, "POST /v1/mgmt/user/update/name", { loginId, displayName: `${MARK} changed` });
  for (const json of [[], ["--json"]]) {
    await silent(["reconcile", "--sign-in", "5", ...json], 3);
    await silent(["status", ...json], 0);
  }
  for (const kind of ["final", "assess", "plan", "reconcile"]) await silent(["report", kind, "--json"], 0);
  sandbox.faults.assertAllHappened();
  sandbox.faults.clear();
  await silent(["migrate"], 0);
  for (const json of [[], ["--json"]]) {
    await silent(["plan", "--debug", ...json], 2, { DESCOPE_MANAGEMENT_KEY: `K2${MARK}WrongKey` });
    await silent(["plan", "--debug", ...json], 2, { COGNITO_USER_POOL_ID: "us-east-1_Absent1" });
  }

  const files = writtenFiles();
  expect(files.filter((path) => /\.(?:log|html|json)$/.test(path)).length).toBeGreaterThanOrEqual(14);
  for (const path of files) expectNoCanary(path, readFileSync(path, "utf8"));
}, 240_000);

test("with -v login IDs show, so that the silence means something", async () => {
  const options = { cwd: folder.path, env };
  const plan = await runC2d(["plan", "-v"], options);
  expect(plan.stdout).toContain(`${MARK}.plain@example.com`);
  expect(plan.stdout + plan.stderr).not.toContain(SECRETS.AWS_SECRET_ACCESS_KEY);
  const exported = await runC2d(["export", "--format", "jsonl"], options);
  for (const name of ATTRIBUTES) expect(exported.stdout).toContain(`${MARK}-plain-${name.replace(/\W/g, "")}`);
  expect(exported.stdout).not.toContain(`${MARK}-provider-secret`);
}, 120_000);
