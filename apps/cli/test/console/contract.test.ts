import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { renderConsoleApi } from "../../src/console/render-api.ts";

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly responses: Readonly<Record<string, object>>;
}

const text = renderConsoleApi();
const { paths } = JSON.parse(text) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

describe("the contract", () => {
  test("in docs/console-api is what scripts/generate-console-api.ts writes", () => {
    const written = readFileSync(new URL("../../../../docs/console-api/openapi.json", import.meta.url), "utf8");
    expect(written === text, "run scripts/generate-console-api.ts").toBe(true);
  });

  test("has its version in every path", () => {
    expect(operations.filter(({ path }) => !path.startsWith("/api/v1/"))).toEqual([]);
  });

  test("names, describes and groups every operation", () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(operations.length);
    expect(operations.filter(({ summary = "", tags = [] }) => summary === "" || tags.length !== 1)).toEqual([]);
  });
});
