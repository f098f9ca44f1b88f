import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import descopeSdk from "@descope/node-sdk";
import { describe, expect, test } from "vitest";
import {
  type Emulator,
  hasMoto,
  startCognitoLocal,
  startMoto,
} from "../../../../packages/cognito/test/support/emulators.ts";
import { runC2d, startSandboxCommand, temporaryFolder } from "./run-c2d.ts";

const USERS = 130;

/** Fills a pool by the AWS SDK with users in three groups; every tenth is disabled. */
async function fillPool(client: CognitoIdentityProviderClient): Promise<string> {
  const { UserPool } = await client.send(
    new CreateUserPoolCommand({
      PoolName: "customers",
      UsernameAttributes: ["email"],
      Schema: [
        { Name: "email", AttributeDataType: "String", Mutable: true, Required: true },
        { Name: "plan", AttributeDataType: "String", Mutable: true },
        { Name: "seats", AttributeDataType: "Number", Mutable: true },
      ],
    }),
  );
  const UserPoolId = UserPool?.Id ?? "";
  for (const GroupName of ["admins", "editors", "readers"]) {
    await client.send(new CreateGroupCommand({ UserPoolId, GroupName, Description: `all ${GroupName}` }));
  }
  for (let number = 0; number < USERS; number += 1) {
    const email = `user${number}@example.com`;
    const { User } = await client.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: email,
        MessageAction: "SUPPRESS",
        UserAttributes: [
          { Name: "email", Value: email },
          { Name: "email_verified", Value: number % 3 === 0 ? "false" : "true" },
          { Name: "given_name", Value: `Given ${number}` },
          { Name: "custom:plan", Value: number % 2 === 0 ? "free" : "paid" },
          { Name: "custom:seats", Value: String(number) },
        ],
      }),
    );
    const Username = User?.Username ?? email;
    await client.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: "Passw0rd!x", Permanent: true }),
    );
    const GroupName = ["admins", "editors", "readers"][number % 3] ?? "readers";
    await client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
    if (number % 10 === 0) await client.send(new AdminDisableUserCommand({ UserPoolId, Username }));
  }
  return UserPoolId;
}

type FoundUser = { readonly loginIds: readonly string[] };

/** All users by their first login ID. The SDK's types call the answer a list; it is an object with a list. */
async function readUsers(sdk: ReturnType<typeof descopeSdk>): Promise<ReadonlyMap<string | undefined, FoundUser>> {
  const users: FoundUser[] = [];
  for (let page = 0; ; page += 1) {
    const { data } = await sdk.management.user.search({ limit: 100, page });
    const { users: found, total } = data as unknown as { readonly users: readonly FoundUser[]; readonly total: number };
    users.push(...found);
    if (users.length >= total || found.length === 0) break;
  }
  return new Map(users.map((user) => [user.loginIds[0], user]));
}

describe.each([
  { name: "cognito-local", present: true, start: startCognitoLocal },
  { name: "moto", present: hasMoto(), start: startMoto },
])("from $name", ({ present, start }: { readonly present: boolean; readonly start: () => Promise<Emulator> }) => {
  test.runIf(present)(
    "the whole migration runs, and the official SDK reads the result back",
    async () => {
      using folder = temporaryFolder();
      await using emulator = await start();
      await using sandbox = await startSandboxCommand(["--only", "descope"], folder.path);
      const { descope, projectId, managementKey } = sandbox.line;
      const client = new CognitoIdentityProviderClient({
        endpoint: emulator.url,
        region: "us-east-1",
        credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" },
      });
      const userPoolId = await fillPool(client);
      client.destroy();

      const env = {
        AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "example",
        AWS_REGION: "us-east-1",
        COGNITO_USER_POOL_ID: userPoolId,
        DESCOPE_PROJECT_ID: projectId,
        DESCOPE_MANAGEMENT_KEY: managementKey,
        DESCOPE_BASE_URL: descope,
        AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: emulator.url,
      };
      const migrated = await runC2d(["migrate", "--json"], { cwd: folder.path, env });
      expect(migrated.code, migrated.stderr).toBe(0);
      expect(JSON.parse(migrated.stdout)).toMatchObject({
        users: { read: USERS, created: USERS, skipped: 0, failed: 0 },
        roles: { created: 3 },
        reconcile: { checked: USERS, discrepancies: 0 },
      });

      const sdk = descopeSdk({ projectId, managementKey, baseUrl: descope });
      const users = await readUsers(sdk);
      expect(users.size).toBe(USERS);
      for (let number = 0; number < USERS; number += 1) {
        expect(users.get(`user${number}@example.com`)).toMatchObject({
          email: `user${number}@example.com`,
          verifiedEmail: number % 3 !== 0,
          givenName: `Given ${number}`,
          status: number % 10 === 0 ? "disabled" : "enabled",
          roleNames: [["admins", "editors", "readers"][number % 3]],
          customAttributes: { plan: number % 2 === 0 ? "free" : "paid", seats: number, freshlyMigrated: true },
        });
      }

      const again = await runC2d(["migrate", "--json"], { cwd: folder.path, env });
      expect(JSON.parse(again.stdout)).toMatchObject({
        users: { created: 0, updated: 0, unchanged: USERS, failed: 0 },
      });
    },
    180_000,
  );
});
