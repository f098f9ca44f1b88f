import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStateStore } from "../src/open-state-store.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "c2d store-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("openStateStore", () => {
  test.each([
    ["a path", (path: string) => path],
    ["sqlite:<path>", (path: string) => `sqlite:${path}`],
    ["sqlite://<path> as a URL", (path: string) => `SQLite://${encodeURI(path)}`],
  ])("opens a file at %s", async (_, location) => {
    const path = join(directory, "state.db");
    await using store = await openStateStore(location(path));
    expect(await store.listRuns()).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });

  test("opens a store in memory", async () => {
    await using store = await openStateStore(":memory:");
    expect(await store.listRuns()).toEqual([]);
    expect(existsSync(":memory:")).toBe(false);
  });

  test.each(["mysql://host", "https://example.com/state.db", "mongodb+srv://user:hunter2@host/db"])(
    "says of %s which kinds there are",
    async (location) => {
      const error = await openStateStore(location).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(MigrationError);
      expect(error).toMatchObject({
        code: "ERR_USAGE",
        message: expect.stringContaining("files and PostgreSQL"),
        suggestion: expect.any(String),
      });
      expect(JSON.stringify([String(error), error])).not.toContain("hunter2");
    },
  );

  test.each(["", "sqlite:", "sqlite://%zz", "sqlite://some-host/state.db"])("refuses %j", async (location) => {
    await expect(openStateStore(location)).rejects.toMatchObject({ code: "ERR_USAGE" });
  });
});
