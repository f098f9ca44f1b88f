import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { resolveOptions } from "../src/options.ts";
import type { ProjectTargetOptions } from "../src/options.ts";
import { createProjectTarget } from "../src/project-target.ts";
import { realClock } from "./real-clock.ts";

const KEY = "Kcanary7f3a9";
const options: ProjectTargetOptions = { projectId: "P2abc", managementKey: KEY, clock: realClock, random: () => 0.5 };

describe("resolveOptions", () => {
  it("fills in the documented quotas and defaults", () => {
    const resolved = resolveOptions(options);
    expect(resolved.limits["user-create"]).toEqual({ requests: 100, windowMs: 60_000, penaltyMs: 60_000 });
    expect(resolved).toMatchObject({ batchSize: 100, pageSize: 1000, requestTimeoutMs: 60_000, baseUrl: undefined });
  });

  it("takes one bucket's limit and leaves the others", () => {
    const limit = { requests: 5, windowMs: 1000, penaltyMs: 0 };
    const { limits } = resolveOptions({ ...options, limits: { general: limit } });
    expect(limits.general).toEqual(limit);
    expect(limits["user-update"].requests).toBe(200);
  });

  it("drops slashes at the end of the base URL and keeps its path", () => {
    expect(resolveOptions({ ...options, baseUrl: "https://auth.example.com/descope//" }).baseUrl).toBe(
      "https://auth.example.com/descope",
    );
  });

  it.each([
    ["projectId", { projectId: "" }],
    ["projectId", { projectId: "P 1" }],
    ["managementKey", { managementKey: "" }],
    ["managementKey", { managementKey: `${KEY}\n` }],
    ["managementKey", { managementKey: `${KEY}é` }],
    ["baseUrl", { baseUrl: "api.descope.com" }],
    ["baseUrl", { baseUrl: "ftp://api.descope.com" }],
    ["baseUrl", { baseUrl: `https://me:${KEY}@api.descope.com` }],
    ["baseUrl", { baseUrl: `https://api.descope.com?key=${KEY}` }],
    ["batchSize", { batchSize: 0 }],
    ["batchSize", { batchSize: 2.5 }],
    ["requestTimeoutMs", { requestTimeoutMs: Number.NaN }],
    ["limits.general.requests", { limits: { general: { requests: 0, windowMs: 1, penaltyMs: 0 } } }],
  ])("refuses a wrong %s without showing it", (name, change) => {
    let thrown: unknown;
    try {
      resolveOptions({ ...options, ...change });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "ERR_CONFIG_INVALID" });
    expect(String(thrown)).toContain(`"${name}"`);
    expect(inspect(thrown, { depth: null })).not.toContain(KEY);
  });
});

describe("createProjectTarget", () => {
  it("shows no key, however it is printed", () => {
    const target = createProjectTarget(options);
    expect(inspect(target, { depth: null, showHidden: true, getters: true })).not.toContain(KEY);
    expect(JSON.stringify(target)).not.toContain(KEY);
    for (const part of Object.values(target)) expect(String(part)).not.toContain(KEY);
  });
});
