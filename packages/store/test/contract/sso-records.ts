import { fc, test } from "@fast-check/vitest";
import type { SsoPlan, SsoRecord } from "@cognito-to-descope/core";
import { describe, expect } from "vitest";
import { anyName } from "./any-text.ts";
import type { OpenStore } from "./samples.ts";

function aRecord(change: Partial<SsoRecord> = {}): SsoRecord {
  return {
    userPoolId: "eu-west-1_Pool",
    name: "Okta",
    tenantId: "okta",
    ssoId: "",
    providerId: "",
    state: "applying",
    at: 1,
    before: { tenantExists: false, domains: [] },
    ...change,
  };
}

export function describeSsoRecords(open: OpenStore): void {
  describe("SSO records", () => {
    test("are kept by connection, and those of their project", async () => {
      await using store = await open();
      await store.putSsoRecord("P1", aRecord());
      await store.putSsoRecord("P1", aRecord({ name: "Entra" }));
      await store.putSsoRecord("P2", aRecord({ name: "Other" }));
      const applied = aRecord({ state: "applied", at: 2, secretMark: "abc" });
      await store.putSsoRecord("P1", applied);
      expect(await store.readSsoRecords("P1")).toEqual([aRecord({ name: "Entra" }), applied]);
      expect(await store.readSsoRecords("P3")).toEqual([]);
    });

    test("stand beside the plan, which is replaced and taken away", async () => {
      await using store = await open();
      const plan: SsoPlan = { hash: "a", createdAt: 5, items: [], attributes: [], findings: [] };
      expect(await store.readSsoPlan("P1")).toBeUndefined();
      await store.putSsoPlan("P1", plan);
      await store.putSsoPlan("P1", { ...plan, hash: "b" });
      expect(await store.readSsoPlan("P1")).toEqual({ ...plan, hash: "b" });
      expect(await store.readSsoPlan("P2")).toBeUndefined();
      expect(await store.readSsoRecords("P1")).toEqual([]);
      await store.putSsoPlan("P1", undefined);
      expect(await store.readSsoPlan("P1")).toBeUndefined();
    });

    test.prop([anyName, fc.string()], { numRuns: 20 })("hold any text", async (name, text) => {
      await using store = await open();
      const record = aRecord({ name, before: { tenantExists: true, domains: [text] } });
      await store.putSsoRecord("P1", record);
      expect(await store.readSsoRecords("P1")).toEqual([record]);
    });

    test("are gone after a purge", async () => {
      await using store = await open();
      await store.putSsoRecord("P1", aRecord());
      await store.purge();
      expect(await store.readSsoRecords("P1")).toEqual([]);
    });
  });
}
