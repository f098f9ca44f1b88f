import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { observeUsers, type PoolObservation } from "../../src/pool/observe-users.ts";
import type { PoolUser } from "../../src/pool/pool-user.ts";
import { poolUser } from "../samples.ts";

const identities = (...primary: readonly boolean[]): string =>
  JSON.stringify(primary.map((one, index) => ({ userId: String(index), providerName: `P${index}`, primary: one })));

function observe(users: readonly PoolUser[], groups: readonly string[] = []): PoolObservation {
  const observer = observeUsers();
  for (const user of users) observer.add(user, groups);
  return observer.observation();
}

describe("observeUsers", () => {
  it("counts what there is", () => {
    const observation = observe(
      [
        poolUser({ createdAt: 5 }),
        poolUser({ enabled: false, status: "FORCE_CHANGE_PASSWORD", attributes: { email: "a@b.co" }, createdAt: 9 }),
        poolUser({ attributes: { phone_number: "+14155550100", phone_number_verified: "true" } }),
        poolUser({ attributes: { phone_number: "+14155550100" } }),
        poolUser({ attributes: { email: "nobody", identities: identities(true, false) } }),
        poolUser({ attributes: { identities: identities(false) } }),
        poolUser({ status: "EXTERNAL_PROVIDER", attributes: { identities: "{" } }),
      ],
      ["a", "b"],
    );
    expect(observation).toMatchObject({
      users: 7,
      disabled: 1,
      byStatus: { CONFIRMED: 5, FORCE_CHANGE_PASSWORD: 1, EXTERNAL_PROVIDER: 1 },
      native: 4,
      federated: 2,
      linked: 1,
      byConnection: { P0: 2, P1: 1 },
      verifiedEmail: 1,
      unverifiedEmail: 1,
      verifiedPhone: 1,
      unverifiedPhone: 1,
      noContact: 3,
      memberships: 14,
      mostGroupsOfOneUser: 2,
      newestUserAt: 1_600_000_000_123,
    });
    expect(observation.attributes["email"]).toEqual({ users: 3, exactNumbers: false });
  });

  it("tells attributes whose every value is an exact number, empty ones aside", () => {
    const values = (...list: readonly string[]): boolean | undefined =>
      observe(list.map((value) => poolUser({ attributes: { "custom:n": value } }))).attributes["custom:n"]
        ?.exactNumbers;
    expect(values("1", "2.5", "")).toBe(true);
    expect(values("1", "9007199254740993")).toBe(false);
    expect(values("9007199254740993", "1")).toBe(false);
  });

  it("counts names that JavaScript objects have by themselves", () => {
    const user = poolUser({ status: "constructor", attributes: { toString: "x" } });
    const { byStatus, attributes } = observe([user]);
    expect(byStatus["constructor"]).toBe(1);
    expect(attributes["toString"]).toEqual({ users: 1, exactNumbers: false });
  });

  const user = fc
    .record({
      enabled: fc.boolean(),
      status: fc.constantFrom("CONFIRMED", "EXTERNAL_PROVIDER", "UNCONFIRMED"),
      createdAt: fc.nat(),
      attributes: fc.record(
        {
          email: fc.constantFrom("a@b.co", "x"),
          identities: fc.constantFrom(identities(true), identities(false), "?"),
        },
        { requiredKeys: [] },
      ),
    })
    .map((change) => poolUser(change));

  test.prop([
    fc.array(user).chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
  ])("does not depend on the order, and puts every user into one class", ([users, shuffled]) => {
    const observation = observe(users);
    expect(observe(shuffled)).toEqual(observation);
    expect(observation.native + observation.federated + observation.linked).toBe(users.length);
    expect(Object.values(observation.byStatus).reduce((sum, count) => sum + count, 0)).toBe(users.length);
  });
});
