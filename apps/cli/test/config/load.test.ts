import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Config } from "../../src/config/config.ts";
import { readEnvironment } from "../../src/config/env.ts";
import { loadConfig } from "../../src/config/load.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";

const VARIABLES = {
  COGNITO_USER_POOL_ID: "us-east-1_A",
  DESCOPE_PROJECT_ID: "P2abc",
  DESCOPE_MANAGEMENT_KEY: "key",
} as const;

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const write = (name: string, text: string): void => writeFileSync(join(folder.path, name), text);
const load = (options: { readonly config?: string; readonly state?: string } = {}): Promise<Config> =>
  loadConfig({ cwd: folder.path, variables: VARIABLES, needs: { source: true, target: true }, ...options });

describe("loading a config", () => {
  test("reads JSON", async () => {
    write("c2d.config.json", '{"mapping":{"duplicates":"first"}}');
    expect(await load()).toMatchObject({ file: "c2d.config.json", rules: { duplicates: "first" } });
  });

  test("reads YAML", async () => {
    write("c2d.config.yaml", "mapping:\n  duplicates: skip\n  groups:\n    - group: a\n      role: true\n");
    expect(await load()).toMatchObject({ rules: { duplicates: "skip", groups: [{ group: "a", role: true }] } });
  });

  test("reads --config relative to the working directory, and paths in it relative to the file", async () => {
    mkdirSync(join(folder.path, "sub"));
    write("sub/mine.json", '{"state":"x.db"}');
    expect((await load({ config: "sub/mine.json" })).state.name).toBe(join(folder.path, "sub/x.db"));
    expect((await load({ config: "sub/mine.json", state: "y.db" })).state.name).toBe(join(folder.path, "y.db"));
  });

  test.each([
    ["c2d.config.json", '{"a": "CANARY", }', /not valid JSON/],
    ["c2d.config.yaml", 'a: "CANARY\nb: {', /not valid YAML/],
  ])("names a %s that cannot be parsed, and quotes nothing of it", async (name, text, message) => {
    write(name, text);
    const error = await load().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "ERR_CONFIG_UNREADABLE", message: expect.stringMatching(message) as string });
    expect((error as Error).message).not.toContain("CANARY");
  });

  test("refuses to choose between two files", async () => {
    write("c2d.config.json", "{}");
    write("c2d.config.yaml", "{}");
    await expect(load()).rejects.toMatchObject({ code: "ERR_CONFIG_UNREADABLE" });
  });

  test("names a file that is not there", async () => {
    await expect(load({ config: "absent.json" })).rejects.toMatchObject({
      message: "absent.json cannot be read: there is no such file",
    });
  });
});

describe("the environment", () => {
  test("is read from .env where a variable is not set", () => {
    write(
      ".env",
      'DESCOPE_PROJECT_ID="P2file"\nDESCOPE_BASE_URI=https://example.com\nDESCOPE_MANAGEMENT_KEY=filekey\n',
    );
    const settings = readEnvironment(folder.path, { DESCOPE_PROJECT_ID: "P2real", DESCOPE_MANAGEMENT_KEY: "" });
    expect(settings).toMatchObject({ projectId: "P2real", baseUrl: "https://example.com" });
    expect(settings.managementKey?.reveal()).toBe("filekey");
  });

  test("gives AWS keys that belong together, never from two places", () => {
    write(".env", "AWS_ACCESS_KEY_ID=file\nAWS_SECRET_ACCESS_KEY=filesecret\nAWS_SESSION_TOKEN=filetoken\n");
    const fromVariables = readEnvironment(folder.path, {
      AWS_ACCESS_KEY_ID: "real",
      AWS_SECRET_ACCESS_KEY: "realsecret",
    });
    expect(fromVariables.awsKeys?.accessKeyId).toBe("real");
    expect(fromVariables.awsKeys?.sessionToken).toBeUndefined();
    expect(readEnvironment(folder.path, { AWS_PROFILE: "mine" })).toEqual(expect.objectContaining({ profile: "mine" }));
    expect(readEnvironment(folder.path, { AWS_PROFILE: "mine" }).awsKeys).toBeUndefined();
    expect(readEnvironment(folder.path, {}).awsKeys?.sessionToken?.reveal()).toBe("filetoken");
  });

  test("says which key is absent when only the other is there", () => {
    expect(readEnvironment(folder.path, { AWS_ACCESS_KEY_ID: "x" }).missingAwsKey).toBe("AWS_SECRET_ACCESS_KEY");
  });

  test("prefers COGNITO_REGION to AWS_REGION", () => {
    expect(readEnvironment(folder.path, { AWS_REGION: "us-west-2", COGNITO_REGION: "eu-west-1" }).region).toBe(
      "eu-west-1",
    );
  });
});
