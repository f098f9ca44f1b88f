import { inspect } from "node:util";
import type { NewProjectUser, ProjectTarget } from "@cognito-to-descope/core";
import { startSandbox } from "@cognito-to-descope/sandbox";
import type { WireReply, WireRequest } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { probeProject } from "../src/probe.ts";
import { createProjectTarget } from "../src/project-target.ts";
import { optionsFor, startScriptedProject } from "./scripted-project.ts";

const CANARY = "canary7f3a9";

const user: NewProjectUser = {
  loginId: `${CANARY}-login@example.com`,
  additionalLoginIds: [`${CANARY}-other`],
  email: `${CANARY}-mail@example.com`,
  phone: `+4915${CANARY}`,
  verifiedEmail: true,
  verifiedPhone: false,
  name: `${CANARY}-name`,
  givenName: `${CANARY}-given`,
  middleName: `${CANARY}-middle`,
  familyName: `${CANARY}-family`,
  picture: `https://example.com/${CANARY}`,
  status: "enabled",
  roleNames: [],
  userTenants: [],
  customAttributes: { plan: `${CANARY}-attribute` },
};

const calls: Readonly<Record<string, (target: ProjectTarget) => Promise<unknown>>> = {
  readSnapshot: (target) => target.readSnapshot(),
  users: async (target) => {
    for await (const page of target.users()) if (page.users.length > 1e9) break;
  },
  findUsers: (target) => target.findUsers([user.loginId]),
  loadUser: (target) => target.loadUser(user.loginId),
  loadUserById: (target) => target.loadUserById(`${CANARY}-id`),
  findUsersById: (target) => target.findUsersById([`${CANARY}-id`]),
  deleteUsers: (target) => target.deleteUsers([`${CANARY}-id`]),
  createUsers: (target) => target.createUsers([user]),
  patchUsers: (target) =>
    target.patchUsers([{ loginId: user.loginId, name: `${CANARY}-new`, customAttributes: { plan: CANARY } }]),
  signIn: (target) => target.signIn(user.loginId),
  signInTestUser: (target) => target.signInTestUser(user, "otp"),
};

/** Answers that say back everything they were told, in every place an answer has. */
function echo(status: number, contentType: string): (request: WireRequest) => WireReply {
  return ({ path, query, body, headers }) => {
    const told = `${path} ${query.get("loginId") ?? ""} ${body.toString("utf8")} ${headers["authorization"] ?? ""}`;
    const json = { errorCode: told, errorDescription: told, errorMessage: told, message: told };
    return {
      status,
      headers: { "content-type": contentType },
      body: contentType.includes("json") ? JSON.stringify(json) : `<p>${told}`,
    };
  };
}

/** Everything that printing what was thrown can show. */
function shown(thrown: unknown): string {
  return [
    inspect(thrown, { depth: null, showHidden: true, getters: true }),
    String(thrown),
    JSON.stringify(thrown),
    thrown instanceof Error ? JSON.stringify(thrown, Object.getOwnPropertyNames(thrown)) : "",
  ].join("\n");
}

/** Makes every call, which must fail, and gives all that was thrown and told meanwhile. */
async function failEveryCall(url: string): Promise<string> {
  const told: string[] = [];
  for (const [name, call] of Object.entries(calls)) {
    const { options, events } = optionsFor(url, {
      projectId: "P2scripted",
      managementKey: `K${CANARY}`,
      requestTimeoutMs: 200,
      maxThrottleWaitMs: 100,
    });
    const outcome = await call(createProjectTarget(options)).then(
      () => `${name} did not fail`,
      (error: unknown) => shown(error),
    );
    told.push(outcome, JSON.stringify(events));
  }
  return told.join("\n");
}

describe("no key, login ID or attribute value is in anything that is thrown", () => {
  it.each([
    [200, "text/html"],
    [302, "text/html"],
    [400, "application/json"],
    [400, "text/html"],
    [401, "application/json"],
    [403, "text/html"],
    [404, "application/json"],
    [409, "application/json"],
    [413, "text/html"],
    [429, "application/json"],
    [500, "application/json"],
    [502, "text/html"],
    [503, "application/json"],
  ])("when a project answers %i %s and repeats what it was told", async (status, contentType) => {
    await using project = await startScriptedProject(echo(status, contentType));
    const told = await failEveryCall(project.url);
    expect(told).not.toContain("did not fail");
    expect(told).not.toContain(CANARY);
  });

  it.each(["half-open", "reset-before", "answer-lost"] as const)("when connections suffer %s", async (kind) => {
    await using project = await startScriptedProject(() => undefined);
    project.faults.add([{ operation: "*", fault: { kind } }]);
    const told = await failEveryCall(project.url);
    expect(told).not.toContain("did not fail");
    expect(told).not.toContain(CANARY);
  });

  it.each(["truncated", "slow"] as const)("when answers are %s", async (kind) => {
    await using sandbox = await startSandbox({
      only: "descope",
      descope: { projectId: "P2scripted", managementKey: `K${CANARY}` },
    });
    sandbox.descopeService.addUser({ ...user, phone: "+4915112345678", customAttributes: {} });
    sandbox.faults.add([{ operation: "*", fault: kind === "slow" ? { kind, delayMs: 500 } : { kind } }]);
    const told = await failEveryCall(sandbox.descope);
    expect(told).not.toContain("did not fail");
    expect(told).not.toContain(CANARY);
  });

  it("when nobody is there", async () => {
    const told = (await failEveryCall("http://127.0.0.1:9")) + (await failEveryCall("http://host.invalid"));
    expect(told).not.toContain("did not fail");
    expect(told).not.toContain(CANARY);
  });

  it("when a probe fails", async () => {
    await using project = await startScriptedProject(echo(500, "application/json"));
    const { options } = optionsFor(project.url, { managementKey: `K${CANARY}` });
    const thrown = await probeProject(options).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Error);
    expect(shown(thrown)).not.toContain(CANARY);
  });
});
