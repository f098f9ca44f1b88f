import { describe, expect, test } from "vitest";
import type { IdentityProvider } from "../../src/pool/pool-snapshot.ts";
import { classifyConnection } from "../../src/sso/classify-connection.ts";
import { identityVendorOf } from "../../src/sso/identity-vendor.ts";
import { setupMail, VENDOR_NAMES } from "../../src/sso/setup-mail.ts";
import type { SamlEntity } from "../../src/sso/saml-metadata.ts";

const customDomain = { host: "auth.example.com", cloudFrontDistribution: "", certificateArn: "", status: "ACTIVE" };
const withDomain = { customDomain, prefixHost: "x.auth.us-east-1.amazoncognito.com" };

function provider(type: string, details: Readonly<Record<string, string>> = {}): IdentityProvider {
  return { name: "P", type, identifiers: [], details, attributeMapping: {} };
}

const entity: SamlEntity = {
  entityId: "https://idp.example",
  signOn: [],
  signOut: [],
  certificates: [],
  unreadableCertificates: 0,
  wantsSignedRequests: false,
  nameIdFormats: [],
};

describe("the class of a connection", () => {
  test.each([
    ["A", provider("SAML"), withDomain],
    ["A", provider("SAML", { IDPInit: "true", IDPSignout: "false", EncryptedResponses: "false" }), withDomain],
    ["B", provider("SAML", { IDPSignout: "true" }), withDomain],
    ["C", provider("SAML", { IDPSignout: "true", RequestSigningAlgorithm: "rsa-sha256" }), withDomain],
    ["D", provider("SAML", { EncryptedResponses: "True", RequestSigningAlgorithm: "rsa-sha256" }), withDomain],
    ["D", provider("SAML", { EncryptedResponses: "true" }), {}],
    ["E", provider("OIDC"), withDomain],
    ["F", provider("SAML"), { prefixHost: withDomain.prefixHost }],
    ["F", provider("OIDC"), {}],
    ["G", provider("Google"), withDomain],
    ["G", provider("SignInWithApple"), {}],
  ] as const)("is %s for %o", (wanted, one, pool) => {
    const { class: found, reasons, actions } = classifyConnection(one, pool);
    expect(found).toBe(wanted);
    expect(reasons.length).toBeGreaterThan(0);
    expect(actions.length).toBeGreaterThan(0);
  });

  test("asks the administrator of the provider for nothing where the bridge does it all", () => {
    for (const details of [{}, { IDPSignout: "true" }, { RequestSigningAlgorithm: "rsa-sha256" }]) {
      const { actions } = classifyConnection(provider("SAML", details), withDomain, entity);
      expect(new Set(actions.map(({ who }) => who))).toEqual(new Set(["you"]));
    }
  });

  test("has a high risk where the metadata says that unsigned requests are refused", () => {
    const signed = provider("SAML", { RequestSigningAlgorithm: "rsa-sha256" });
    expect(classifyConnection(signed, withDomain, entity).risk).toBe("medium");
    const insists = classifyConnection(signed, withDomain, { ...entity, wantsSignedRequests: true });
    expect(insists.risk).toBe("high");
    expect(insists.actions.map(({ who }) => who)).toContain("the provider's administrator");
  });

  test("has no low risk, and claims nothing of the metadata, where that could not be read", () => {
    for (const details of [{}, { IDPSignout: "true" }, { RequestSigningAlgorithm: "rsa-sha256" }]) {
      const known = classifyConnection(provider("SAML", details), withDomain, entity);
      const unread = classifyConnection(provider("SAML", details), withDomain);
      expect(unread.class).toBe(known.class);
      expect(unread.reasons.join()).toContain("could not be read");
      expect(unread.reasons.join()).not.toMatch(/does not ask|says that/);
      expect(known.reasons.join()).not.toContain("could not be read");
      expect([known.risk, unread.risk]).toEqual(known.risk === "low" ? ["low", "medium"] : ["medium", "high"]);
    }
  });
});

describe("the vendor behind a connection", () => {
  test.each([
    ["okta", "http://www.okta.com/exk1"],
    ["entra-id", "https://sts.windows.net/0000/"],
    ["google-workspace", "https://accounts.google.com/o/saml2?idpid=C0"],
    ["adfs", "http://adfs.acme.example/adfs/services/trust"],
    ["ping", "https://auth.pingone.eu/0000"],
    ["onelogin", "https://app.onelogin.com/saml/metadata/0"],
    ["jumpcloud", "https://sso.jumpcloud.com/saml2/app"],
    ["other", "https://idp.acme.example/okta"],
  ] as const)("is %s by %s", (vendor, entityId) => {
    expect(identityVendorOf({ idpEntityIds: [entityId] })).toBe(vendor);
  });

  test("gets a text with the link, and the addresses only where they change", () => {
    for (const vendor of Object.keys(VENDOR_NAMES) as (keyof typeof VENDOR_NAMES)[]) {
      const options = {
        vendor,
        protocol: "saml",
        tenantName: "Acme",
        product: "Rocket",
        link: "https://link.example/x",
      } as const;
      const moved = setupMail({
        ...options,
        class: "F",
        acsUrl: "https://new.example/acs",
        entityId: "urn:amazon:cognito:sp:x",
      });
      expect(moved.subject).toContain(VENDOR_NAMES[vendor]);
      expect(moved.body).toContain("https://link.example/x");
      expect(moved.body).toContain("https://new.example/acs");
      expect(moved.body).toContain("urn:amazon:cognito:sp:x");
      expect(moved.body).not.toMatch(/undefined|\{|!/);
      const looked = setupMail({ ...options, class: "A" });
      expect(looked.subject + looked.body).not.toContain("one change");
      expect(looked.body).toContain("nothing has to change");
      const decrypted = setupMail({ ...options, class: "D" });
      expect(decrypted.subject + decrypted.body).toMatch(/one change.*one change/s);
      expect(decrypted.body).not.toContain("acs");
      expect(decrypted.body).toMatch(/encrypt/i);
    }
  });
});
