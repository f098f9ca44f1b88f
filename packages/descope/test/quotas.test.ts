import type { NewProjectUser } from "@cognito-to-descope/core";
import { createDescopeService, startWireServer } from "@cognito-to-descope/sandbox";
import type { DescopeVariants, QuotaBucket, WireServer } from "@cognito-to-descope/sandbox";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../src/endpoints.ts";
import type { BucketLimit, BucketName } from "../src/endpoints.ts";
import { createProjectTarget } from "../src/project-target.ts";
import { optionsFor } from "./scripted-project.ts";

/** The vendor's minute, in this test's milliseconds. */
const MINUTE = 600;
const scale = MINUTE / 60_000;

const limits = Object.fromEntries(
  Object.entries(DEFAULT_LIMITS).map(([name, { requests, windowMs, penaltyMs }]) => [
    name,
    { requests: Math.round(requests / 5), windowMs: windowMs * scale, penaltyMs: penaltyMs * scale },
  ]),
) as Record<BucketName, BucketLimit>;

/** A project with the documented quotas, a fifth as many requests in a hundredth of the time. */
async function startScaled(variants: Partial<DescopeVariants>): Promise<WireServer> {
  const service = createDescopeService({ projectId: "P2scripted", managementKey: "Kscripted", variants });
  const scaled = (operation: string): QuotaBucket | undefined => {
    const bucket = service.quotaOf(operation);
    if (bucket === undefined) return undefined;
    return {
      ...bucket,
      requests: Math.round(bucket.requests / 5),
      windowMs: bucket.windowMs * scale,
      penaltyMs: bucket.penaltyMs * scale,
    };
  };
  return startWireServer({ ...service, quotaOf: scaled }, { quotas: "real" });
}

function planned(index: number): NewProjectUser {
  const loginId = `user${index}@example.com`;
  return {
    loginId,
    additionalLoginIds: [],
    email: loginId,
    verifiedEmail: true,
    verifiedPhone: false,
    status: "enabled",
    roleNames: [],
    userTenants: [],
    customAttributes: {},
  };
}

describe("the project's quotas", () => {
  it.each<Partial<DescopeVariants>>([{}, { searchV2Quota: "other" }])(
    "are never exceeded, however much is asked for at once (%j)",
    async (variants) => {
      await using project = await startScaled(variants);
      const { options, events } = optionsFor(project.url, { limits });
      const target = createProjectTarget(options);
      await Promise.all([
        ...Array.from({ length: 45 }, (_, index) => target.createUsers([planned(index)])),
        ...Array.from({ length: 90 }, (_, index) => target.findUsers([planned(index).loginId])),
        ...Array.from({ length: 150 }, (_, index) => target.loadUser(planned(index).loginId)),
        ...Array.from({ length: 100 }, () => target.readSnapshot()),
      ]);
      const buckets = project.buckets();
      expect(buckets.length).toBeGreaterThanOrEqual(variants.searchV2Quota === "other" ? 3 : 4);
      for (const { name, peak, requests, refused } of buckets) {
        expect({ name, within: peak <= requests, refused }).toEqual({ name, within: true, refused: 0 });
      }
      expect(events).toEqual([]);
      expect(project.log.count({ operation: "POST /v1/mgmt/user/create/batch" })).toBe(45);
    },
  );

  it.each<Partial<DescopeVariants>>([
    { retryAfter: "with", throttleBody: "json" },
    { retryAfter: "without", throttleBody: "json" },
    { retryAfter: "with", throttleBody: "html" },
    { retryAfter: "without", throttleBody: "html" },
  ])("lose no user when somebody else uses them up (%j)", async (variants) => {
    await using project = await startScaled(variants);
    const { options, events } = optionsFor(project.url, { limits });
    const other = createProjectTarget(optionsFor(project.url, { limits }).options);
    const target = createProjectTarget(options);
    const made = await Promise.all([
      ...Array.from({ length: 25 }, (_, index) => target.createUsers([planned(index)])),
      ...Array.from({ length: 15 }, (_, index) => other.createUsers([planned(100 + index)])),
    ]);
    expect(made.flatMap(({ done }) => done)).toHaveLength(40);
    expect(made.flatMap(({ refused }) => refused)).toEqual([]);
    expect(events.every(({ type }) => type === "throttled")).toBe(true);
  });
});
