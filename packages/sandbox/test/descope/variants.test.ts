import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { defaultVariants, descopeVariantOptions, resolveVariants, variants } from "../../src/descope/variants.ts";
import { openWorld } from "./world.ts";

const facts = readFileSync(new URL("../../facts.md", import.meta.url), "utf8");

test("facts.md lists every variant with its default, its values and the evidence, and no other", () => {
  const rows = [...facts.matchAll(/^\| `(\w+)` \| (.+?) \| (.+?) \| (.+) \|$/gm)].map((row) => row.slice(1));
  const expected = Object.entries(descopeVariantOptions).map(([name, { values, evidence }]) => [
    name,
    `\`${values[0]}\``,
    values
      .slice(1)
      .map((value) => `\`${value}\``)
      .join(", "),
    evidence,
  ]);
  expect(rows).toEqual(expected);
});

test("variants are the defaults and each single deviation", () => {
  const [first, ...deviations] = variants();
  expect(first).toEqual({ name: "defaults", variants: defaultVariants });
  const count = Object.values(descopeVariantOptions).reduce((sum, { values }) => sum + values.length - 1, 0);
  expect(deviations).toHaveLength(count);
  expect(new Set(deviations.map(({ name }) => name)).size).toBe(count);
});

test("an unknown variant or value is named", () => {
  expect(() => resolveVariants({ nothing: 1 } as object)).toThrow(/no such variant: nothing/);
  expect(() => resolveVariants({ batchLimit: 7 } as object)).toThrow(/"batchLimit" must be one of 100, 50, none/);
});

test.each(variants().map((one) => [one.name, one.variants] as const))(
  "a project with %s serves the way of one user",
  async (_name, wanted) => {
    await using world = await openWorld({ variants: wanted });
    const { user, jwt } = world.sdk.management;
    const created = await user.createBatch([{ loginId: "ana", email: "ana@example.com", roles: ["admins"] }]);
    expect(created.data?.createdUsers).toHaveLength(1);
    expect((await user.patch("ana", { displayName: "Ana" })).data?.name).toBe("Ana");
    expect((await jwt.signIn("ana")).ok).toBe(true);
    world.clock.now += 2000;
    expect((await user.search({ loginIds: ["ana"] })).data?.users).toMatchObject([
      { name: "Ana", status: "enabled", roleNames: ["admins"] },
    ]);
    expect((await user.delete("ana")).ok).toBe(true);
  },
);
