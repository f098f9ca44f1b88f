import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateIdentityProviderCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createUserPoolSource } from "../src/index.ts";
import type { CognitoSourceEvent, CognitoUserPoolSource } from "../src/index.ts";
import { realClock } from "./support/clocks.ts";
import { hasMoto, startCognitoLocal, startMoto } from "./support/emulators.ts";
import type { Emulator } from "./support/emulators.ts";
import { allSubs, allUsers, collect } from "./support/open-pool.ts";

const moto = hasMoto();
if (!moto) process.emitWarning("moto is not installed: reading is not checked against it");

/** A pool with users, two groups, a client with a secret and, where the emulator can, an identity provider. */
async function fill(endpoint: string, users: number, withProvider: boolean): Promise<string> {
  const client = new CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "emulator", secretAccessKey: "emulator" },
  });
  const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: "emulated" }));
  const UserPoolId = UserPool?.Id;
  await client.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "web", GenerateSecret: true }));
  for (const [GroupName, Precedence] of [
    ["first", 0],
    ["second", 7],
  ] as const) {
    await client.send(new CreateGroupCommand({ UserPoolId, GroupName, Precedence, Description: GroupName }));
  }
  for (let index = 0; index < users; index += 1) {
    const email = `user-${index}@example.com`;
    const { User } = await client.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: email,
        MessageAction: "SUPPRESS",
        UserAttributes: [
          { Name: "email", Value: email },
          { Name: "custom:row", Value: String(index) },
        ],
      }),
    );
    if (index % 2 === 0) {
      await client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: User?.Username, GroupName: "first" }));
    }
  }
  if (withProvider) {
    await client.send(
      new CreateIdentityProviderCommand({
        UserPoolId,
        ProviderName: "Partner",
        ProviderType: "OIDC",
        ProviderDetails: { client_id: "id", client_secret: "canary" },
        AttributeMapping: { email: "email" },
      }),
    );
  }
  client.destroy();
  return UserPoolId ?? "";
}

describe.each([
  { name: "cognito-local", start: startCognitoLocal, available: true, users: 70, pages: 1, providers: [] as string[] },
  { name: "moto", start: startMoto, available: moto, users: 130, pages: 3, providers: ["Partner"] },
])("$name", ({ start, available, users, pages, providers }) => {
  let emulator: Emulator | undefined;
  let source: CognitoUserPoolSource;
  const events: CognitoSourceEvent[] = [];

  beforeAll(async () => {
    if (!available) return;
    emulator = await start();
    source = createUserPoolSource({
      userPoolId: await fill(emulator.url, users, providers.length > 0),
      endpoint: emulator.url,
      clock: realClock,
      listener: (event) => events.push(event),
    });
  });
  afterAll(() => emulator?.[Symbol.asyncDispose]());

  it.skipIf(!available)("is read: users with their attributes, in as many pages as it gives", async () => {
    const read = await collect(source.users());
    const all = read.flatMap((page) => page.users);
    expect(read).toHaveLength(pages);
    expect(new Set(all.map((user) => user.sub)).size).toBe(users);
    expect(all.map((user) => user.attributes["email"] ?? "").toSorted()).toEqual(
      Array.from({ length: users }, (_, index) => `user-${index}@example.com`).toSorted(),
    );
    for (const user of all) {
      expect(user).toMatchObject({ enabled: true, status: "FORCE_CHANGE_PASSWORD" });
      expect(user.attributes["custom:row"]).toMatch(/^\d+$/);
      expect(user.attributes).not.toHaveProperty("sub");
      expect(Math.abs(user.createdAt - Date.now())).toBeLessThan(600_000);
    }
  });

  it.skipIf(!available)("is read: members by sub", async () => {
    const evens = (await allUsers(source.users()))
      .filter((user) => Number(user.attributes["custom:row"]) % 2 === 0)
      .map((user) => user.sub);
    expect((await allSubs(source.members("first"))).toSorted()).toEqual(evens.toSorted());
    expect(await allSubs(source.members("second"))).toEqual([]);
  });

  it.skipIf(!available)("is read: settings without secrets, with what it lacks left empty", async () => {
    const snapshot = await source.readSnapshot();
    expect(snapshot).toMatchObject({ name: "emulated", region: "us-east-1", appClients: [{ name: "web" }] });
    expect(snapshot.groups.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: "first", description: "first", precedence: 0 },
      { name: "second", description: "second", precedence: 7 },
    ]);
    expect(snapshot.identityProviders.map((provider) => provider.name)).toEqual(providers);
    expect(JSON.stringify(snapshot)).not.toContain("canary");
    expect(events.map((event) => `${event.type} ${event.operation}`)).toEqual(
      providers.length > 0 ? [] : ["operation-missing ListIdentityProviders"],
    );
  });

  it.skipIf(!available)("has its app clients made, replaced and deleted", async () => {
    const settings = source.settings();
    const given = {
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
    };
    const { clientId, name } = await settings.createAppClient("checks passwords", { ...given, GenerateSecret: true });
    expect(await settings.listAppClients()).toContainEqual({ clientId, name });
    expect(await settings.readAppClient(clientId)).toMatchObject({ name: "checks passwords", settings: given });
    const admin = { ...given, ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] };
    await settings.replaceAppClient(clientId, { ...admin, ClientName: name });
    expect(await settings.readAppClient(clientId)).toMatchObject({ name, settings: admin });
    await settings.deleteAppClient(clientId);
    expect((await settings.listAppClients()).map((client) => client.name)).toEqual(["web"]);
  });
});
