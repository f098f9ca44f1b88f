import { describe, expect, test } from "vitest";
import { connectionFindings } from "../../src/sso/connection-findings.ts";
import type { ReadConnection } from "../../src/sso/read-connection.ts";
import { byUse, entityOf, type SamlCertificate, type SamlEntity, signOnUrlOf } from "../../src/sso/saml-metadata.ts";

const NOW = Date.UTC(2026, 10, 26);
const DAY = 86_400_000;

function certificate(fromDays: number, untilDays: number): SamlCertificate {
  const text = `${fromDays}..${untilDays}`;
  return { pem: text, fingerprint: text, notBefore: NOW + fromDays * DAY, notAfter: NOW + untilDays * DAY };
}

function entityWith(change: Partial<SamlEntity>): SamlEntity {
  return {
    entityId: "https://idp.example",
    signOn: [{ binding: "redirect", url: "https://idp.example/sso" }],
    signOut: [],
    certificates: [certificate(-10, 400)],
    unreadableCertificates: 0,
    wantsSignedRequests: false,
    nameIdFormats: [],
    ...change,
  };
}

function rulesOf(change: Partial<SamlEntity>): readonly string[] {
  const entity = entityWith(change);
  const provider = { name: "P", type: "SAML", identifiers: [], details: {}, attributeMapping: {} };
  const read: ReadConnection = {
    connection: {
      userPoolId: "us-east-1_Pool",
      name: "P",
      protocol: "saml",
      class: "A",
      identifiers: [],
      domains: [],
      idpEntityIds: [entity.entityId],
      tenantId: "p",
      ssoId: "",
    },
    pool: { userPoolId: "us-east-1_Pool", region: "us-east-1", appClients: [], providers: [provider] },
    provider,
    classification: { class: "A", reasons: [], risk: "low", actions: [] },
    vendor: "other",
    metadata: { entities: [entity] },
    entity,
  };
  return connectionFindings(read, NOW).map(({ rule }) => rule);
}

describe("what is said about a provider's certificates", () => {
  test.each([
    ["nothing, when one lasts", [certificate(-10, 400), certificate(-900, -1)], []],
    ["nothing, 31 days before the end", [certificate(-10, 31)], []],
    ["that it ends, 29 days before that", [certificate(-10, 29)], ["sso-certificate-ending"]],
    ["that none counts", [certificate(-900, -1)], ["sso-certificate-expired"]],
  ] as const)("is %s", (_what, certificates, rules) => {
    expect(rulesOf({ certificates })).toEqual(rules);
  });

  test("is that they cannot be read, and that the metadata has expired", () => {
    expect(rulesOf({ certificates: [], unreadableCertificates: 2 })).toEqual(["sso-certificate-unreadable"]);
    expect(rulesOf({ validUntil: NOW - 1 })).toEqual(["sso-metadata-expired"]);
  });
});

describe("metadata of several providers and several keys", () => {
  test("means the provider whose address the pool uses", () => {
    const other = entityWith({
      entityId: "https://other.example",
      signOn: [{ binding: "post", url: "https://other.example/p" }],
    });
    const reading = { entities: [entityWith({}), other] as const };
    expect(entityOf(reading, "https://other.example/p")?.entityId).toBe("https://other.example");
    expect(entityOf(reading, undefined)?.entityId).toBe("https://idp.example");
    expect(entityOf({ problem: "malformed", detail: "" }, undefined)).toBeUndefined();
    expect(signOnUrlOf(other)).toBe("https://other.example/p");
  });

  test("puts the certificate first that counts now and lasts longest", () => {
    const order = byUse([certificate(-900, -1), certificate(-10, 20), certificate(5, 900), certificate(-10, 400)], NOW);
    expect(order.map(({ pem }) => pem)).toEqual(["-10..400", "-10..20", "5..900", "-900..-1"]);
  });
});
