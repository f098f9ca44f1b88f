import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorld, type World } from "../../../../packages/session/test/world.ts";
import { type CommandResult, temporaryFolder } from "../e2e/run-c2d.ts";
import { environmentFor } from "./fast-world.ts";
import { runInProcess } from "./run-in-process.ts";

let world: World;
let tokens: { readonly id: string; readonly access: string; readonly session: string; readonly refresh: string };
beforeAll(async () => {
  world = await startWorld();
  const cognito = await world.signUp("anna@example.com", ["editors"]);
  const descope = await world.signIn({ loginId: "bert@example.com", email: "bert@example.com" });
  tokens = {
    id: cognito.idToken,
    access: cognito.accessToken,
    session: descope.sessionJwt,
    refresh: descope.refreshJwt,
  };
});
afterAll(() => world[Symbol.asyncDispose]());

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

function inspect(
  stdin: string,
  more: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const env = { ...environmentFor(world.sandbox), ...variables };
  return runInProcess(["token", "inspect", ...more], { cwd: folder.path, env, stdin });
}

describe("a token that is accepted", () => {
  test("of Cognito is called what it is, with the principal, and with no personal data", async () => {
    const { code, stdout, stderr } = await inspect(tokens.id, ["--app-client", world.sandbox.clientId]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`ID token of Amazon Cognito, user pool ${world.sandbox.userPoolId}`);
    expect(stdout).toContain("accepted: signature, issuer, times and kind are in order");
    expect(stdout).toContain('roles: ["editors"]');
    expect(stdout).toContain('email: "[shown with -v]"');
    expect(stdout).not.toContain("anna@example.com");
    expect((await inspect(tokens.access)).stdout).toContain("access token of Amazon Cognito");
  });

  test("shows personal data with -v alone", async () => {
    expect((await inspect(tokens.id, ["-v"])).stdout).toContain("anna@example.com");
  });

  test("of Descope is one too, and the checks that are left out are named", async () => {
    const { code, stdout } = await inspect(`Bearer ${tokens.session}`);
    expect(code).toBe(0);
    expect(stdout).toContain(`session token of Descope, project ${world.sandbox.projectId}`);
    expect(stdout).toContain("note: of any audience");
  });

  test("never shows its signature unless that is asked for", async () => {
    const signature = tokens.session.split(".")[2] ?? "none";
    for (const more of [[], ["--json"], ["-v"], ["--offline"], ["--debug"]]) {
      const { stdout, stderr } = await inspect(tokens.session, more);
      expect(stdout + stderr, more.join(" ")).not.toContain(signature);
    }
    expect((await inspect(tokens.session, ["--show-signature"])).stdout).toContain(signature);
  });
});

describe("a token that is refused", () => {
  test.each([
    ["a refresh token", () => tokens.refresh, [], "refresh-token"],
    ["of another app client", () => tokens.id, ["--app-client", "other"], "client"],
    ["for another audience", () => tokens.session, ["--audience", "other"], "audience"],
    ["with a changed payload", () => withSubject(tokens.session, "U2somebody"), [], "signature-invalid"],
    ["with a changed signature", () => `${tokens.session.slice(0, -10)}AAAAAAAAAA`, [], "signature-invalid"],
  ] as const)("names the rule that refuses it: %s", async (_what, token, more, reason) => {
    const { code, stdout } = await inspect(token(), [...more, "--json"]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: { accepted: false, reason } });
  });

  test("for an issuer that the config does not name is refused without a request", async () => {
    world.sandbox.requests.reset();
    const { code, stdout } = await inspect(tokens.session, [], { DESCOPE_PROJECT_ID: "P2other" });
    expect(code).toBe(3);
    expect(stdout).toContain("refused by the rule unknown-issuer");
    expect(world.sandbox.requests.count()).toBe(0);
  });

  test("is undecided when the keys cannot be had", async () => {
    const { code, stdout } = await inspect(tokens.session, [], { DESCOPE_BASE_URL: "http://127.0.0.1:1" });
    expect(code).toBe(3);
    expect(stdout).toContain("undecided by the rule keys-unavailable");
    expect(stdout).toContain("(unreachable)");
  });
});

test("offline, a token is described and nothing is fetched", async () => {
  world.sandbox.requests.reset();
  const { code, stdout } = await inspect(tokens.session, ["--offline", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ provider: "descope", source: world.sandbox.projectId, verdict: null });
  expect(world.sandbox.requests.count()).toBe(0);
});

test("without a pool and a project there is nobody to ask, and that is said", async () => {
  const nobody = { COGNITO_USER_POOL_ID: "", DESCOPE_PROJECT_ID: "" };
  const { code, stderr } = await inspect(tokens.session, [], nobody);
  expect([code, stderr]).toEqual([2, expect.stringContaining("--offline")]);
});

/** The token with another subject and the signature that it had. */
function withSubject(token: string, sub: string): string {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
  return `${header}.${Buffer.from(JSON.stringify({ ...claims, sub })).toString("base64url")}.${signature}`;
}
