import { expect, test } from "vitest";

import { createDescopeService } from "../../src/descope/descope-service.ts";
import { managementKey, openWorld, projectId } from "./world.ts";

test("a saved state restores to the same users, definitions and keys", async () => {
  await using world = await openWorld();
  await world.manage("POST", "/v1/mgmt/user/create/batch", {
    users: [
      {
        loginId: "ana",
        email: "ana@example.com",
        additionalIdentifiers: ["second"],
        password: "Passw0rd! long",
        customAttributes: { cognitoSub: "s", teams: ["red"] },
        userTenants: [{ tenantId: "acme", roleNames: ["admins"] }],
        createdTime: 1_500_000_000,
      },
      { loginId: "bob", email: "bob@example.com", roleNames: ["editors"], status: "disabled" },
      { loginId: "tom", email: "tom@example.com", test: true },
    ],
  });
  const lines = [...world.service.save()];
  await using other = await openWorld({ roles: [], tenants: [], customAttributes: [] });
  await other.service.restore(lines);
  expect([...other.service.users()]).toEqual([...world.service.users()]);
  expect(other.service.countTestUsers()).toBe(1);
  expect(other.service.signingKey()).toEqual(world.service.signingKey());
  expect((await other.sdk.management.role.loadAll()).data).toEqual((await world.sdk.management.role.loadAll()).data);
  expect((await other.sdk.management.tenant.loadAll()).data).toEqual(
    (await world.sdk.management.tenant.loadAll()).data,
  );
  expect([...other.service.save()]).toEqual(lines);
});

test.each([
  [[], /^line 1: a saved state is missing/],
  [["{"], /^line 1: not a JSON object/],
  [["{}"], /^line 1: not a saved state/],
])("%j is no state", async (lines, message) => {
  const service = createDescopeService({ projectId, managementKey });
  await expect(service.restore(lines)).rejects.toThrow(message);
});

test("a broken line is named and leaves the present state alone", async () => {
  await using world = await openWorld();
  await world.sdk.management.user.create("ana", { email: "ana@example.com", roles: ["admins"] });
  const lines = [...world.service.save()];
  const withoutRoles = lines.filter((line) => !line.startsWith('{"role"'));
  await expect(world.service.restore(withoutRoles)).rejects.toThrow(/^line \d+: names ROL2/);
  expect(world.service.countUsers()).toBe(1);
});
