import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderConfigJsonSchema } from "../../src/config/json-schema.ts";

test("config.schema.json is what scripts/generate-config-schema.ts writes", () => {
  const written = readFileSync(new URL("../../config.schema.json", import.meta.url), "utf8");
  expect(written).toBe(renderConfigJsonSchema());
});

test("every setting is described", () => {
  const { properties } = JSON.parse(renderConfigJsonSchema()) as {
    readonly properties: Readonly<Record<string, { readonly description?: string }>>;
  };
  expect(Object.entries(properties).filter(([, { description }]) => description === undefined)).toEqual([]);
});
