import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { billOfMaterials, type Lockfile } from "../bill-of-materials.ts";
import { root } from "../workspaces.ts";

const lockfile = JSON.parse(readFileSync(`${root}/package-lock.json`, "utf8")) as Lockfile;

test("a bill lists what is installed with a package and nothing of its tools, each once and with its hash", () => {
  const bill = billOfMaterials(lockfile, "apps/cli", { "apps/console": ["react"] });
  const refs = bill.components.map((component) => component["bom-ref"]);
  expect(new Set(refs).size).toBe(refs.length);
  const names = bill.components.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`));
  expect(names).toEqual(expect.arrayContaining(["commander", "pg", "zod", "@descope/node-sdk", "react"]));
  for (const tool of ["vitest", "typescript", "playwright-core", "vite"]) expect(names).not.toContain(tool);
  for (const { purl, hashes, version, group } of bill.components) {
    expect(purl).toMatch(/^pkg:npm\/(?:%40[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+[\w.+-]*$/);
    const isOurs = group === "@cognito-to-descope";
    expect(isOurs || /^[0-9a-f]{128}$/.test(hashes?.[0]?.content ?? ""), `${purl} ${version}`).toBe(true);
  }
  const known = new Set([...refs, bill.metadata.component["bom-ref"]]);
  for (const { ref, dependsOn } of bill.dependencies)
    expect([ref, ...dependsOn].filter((one) => !known.has(one))).toEqual([]);
  expect(bill.dependencies).toHaveLength(known.size);
});

test("the version that is installed is found as Node finds it, and a hole in the lockfile is told", () => {
  const packages = {
    "apps/cli": { name: "c", version: "1.0.0", license: "MIT", dependencies: { a: "1" } },
    "node_modules/a": { version: "1.0.0", license: "(MIT OR Apache-2.0)", dependencies: { b: "2" } },
    "node_modules/a/node_modules/b": { version: "2.0.0", license: "SEE LICENSE IN x" },
    "node_modules/b": { version: "1.0.0" },
  };
  const { components } = billOfMaterials({ packages }, "apps/cli");
  expect(components).toMatchObject([
    { name: "a", licenses: [{ expression: "(MIT OR Apache-2.0)" }] },
    { name: "b", version: "2.0.0", licenses: [{ license: { name: "SEE LICENSE IN x" } }] },
  ]);
  const { "node_modules/a": _gone, ...holed } = packages;
  expect(() => billOfMaterials({ packages: holed }, "apps/cli")).toThrow("has no a for apps/cli");
});
