import { describe, expect, it } from "vitest";
import { decideProvisioning } from "../../src/jit/decide-provisioning.ts";
import { mapUser } from "../../src/mapping/map-user.ts";
import { mappingRules, poolUser, projectUser, sourceMapping, SUB } from "../samples.ts";

const rules = mappingRules();
const mapped = mapUser(sourceMapping(), poolUser(), []);
if (!("planned" in mapped)) throw new Error("the sample is left out");
const { planned } = mapped;

function step(existing: Parameters<typeof projectUser>[0], hasPassword = true, existingRule = rules.existing) {
  return decideProvisioning(planned, [projectUser(existing)], { existing: existingRule }, hasPassword);
}

describe("what is done to a user that the project has", () => {
  const ours = { loginIds: ["ada"], customAttributes: { cognitoSub: SUB, freshlyMigrated: true } };

  it("is the password, what an import would change, and that it is not freshly migrated any more", () => {
    expect(step(ours)).toMatchObject({
      kind: "update",
      setsPassword: true,
      patch: { loginId: "ada", customAttributes: { freshlyMigrated: false } },
    });
  });

  it("leaves it freshly migrated when there is no password to be set", () => {
    const decided = step(ours, false);
    expect(decided).toMatchObject({ kind: "update", setsPassword: false });
    expect(decided.kind === "update" && decided.patch?.customAttributes?.["freshlyMigrated"]).toBeUndefined();
  });

  it("is never another password", () => {
    expect(step({ ...ours, credentials: ["password"] })).toMatchObject({
      kind: "update",
      setsPassword: false,
      patch: { customAttributes: { freshlyMigrated: false } },
    });
  });

  it("is nothing when somebody disabled it", () => {
    expect(step({ ...ours, status: "disabled" })).toEqual({ kind: "refuse", reason: "disabled" });
  });

  it("is nothing when it is somebody else's, not even where an import would patch it", () => {
    const stranger = { loginIds: ["ada"], email: "ada@example.com", verifiedEmail: false };
    expect(step(stranger)).toEqual({ kind: "refuse", reason: "login-id-taken" });
    expect(step(stranger, true, "patch")).toEqual({ kind: "refuse", reason: "login-id-taken" });
    const proven = { ...stranger, verifiedEmail: true };
    expect(step(proven)).toMatchObject({ kind: "update", setsPassword: true });
    expect(step(proven, true, "skip")).toEqual({ kind: "refuse", reason: "login-id-taken" });
    expect(step({ ...proven, customAttributes: { cognitoSub: "another" } }).kind).not.toBe("update");
  });

  it("is done for whom an import made part of another user", () => {
    const merged = { ...ours, customAttributes: { cognitoSub: "key", cognitoSubs: JSON.stringify(["key", SUB]) } };
    expect(step(merged)).toMatchObject({ kind: "update", setsPassword: true });
  });
});
