import { X509Certificate } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { createMetadataReader } from "../src/index.ts";
import { certificates, federationOf, metadataOf } from "./samlify-metadata.ts";

const reader = createMetadataReader();
const ENTITY = "https://idp.example/app";

describe("metadata that samlify wrote", () => {
  test("gives addresses of both bindings, certificates with their times, and what the provider asks for", () => {
    const reading = reader.parse(metadataOf(ENTITY, certificates));
    expect(reading).toMatchObject({
      entities: [
        {
          entityId: ENTITY,
          signOn: [
            { binding: "post", url: `${ENTITY}/post` },
            { binding: "redirect", url: `${ENTITY}/redirect?a=1&b=2` },
          ],
          signOut: [{ binding: "redirect", url: `${ENTITY}/logout` }],
          unreadableCertificates: 0,
          wantsSignedRequests: true,
          nameIdFormats: ["urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"],
        },
      ],
    });
    const [entity] = "entities" in reading ? reading.entities : [];
    expect(entity?.certificates.map(({ fingerprint }) => fingerprint)).toEqual(
      certificates.map((pem) => new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase()),
    );
    expect(entity?.certificates[0]).toMatchObject({
      pem: certificates[0],
      notBefore: Date.UTC(2020, 0, 1),
      notAfter: Date.UTC(2049, 11, 31),
    });
  });

  test("of several providers gives each of them", () => {
    const reading = reader.parse(federationOf(metadataOf(ENTITY), metadataOf("https://other.example/app")));
    expect("entities" in reading && reading.entities.map(({ entityId }) => entityId)).toEqual([
      ENTITY,
      "https://other.example/app",
    ]);
  });

  test("is read with prefixes, with a byte order mark, and until when it counts", () => {
    const prefixed = metadataOf(ENTITY)
      .replace(/<(\/?)(?=[A-Z])(?!ds:)/g, "<$1md:")
      .replace('xmlns="urn', 'xmlns:md="urn')
      .replace("entityID=", 'validUntil="2030-01-01T00:00:00Z" entityID=');
    expect(reader.parse(`\uFEFF${prefixed}`)).toMatchObject({
      entities: [{ entityId: ENTITY, validUntil: Date.UTC(2030, 0, 1) }],
    });
  });
});

describe("metadata that is not as it should be", () => {
  test.each([
    ["is empty", "  ", "malformed"],
    ["is HTML", "<!doctype html><html><body>Sign in</body></html>", "has-dtd"],
    ["is no XML", "entityID=https://idp.example", "malformed"],
    ["is cut off", metadataOf(ENTITY).slice(0, 400), "malformed"],
    ["is of a service provider", metadataOf(ENTITY).replaceAll("IDPSSODescriptor", "SPSSODescriptor"), "no-provider"],
    ["has no entity ID", metadataOf(ENTITY).replace(/entityID="[^"]*"/, ""), "no-provider"],
    [
      "has an external entity",
      `<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]>${metadataOf(ENTITY)}`,
      "has-dtd",
    ],
    ["has an external parameter", `<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">${metadataOf(ENTITY)}`, "has-dtd"],
    ["has a style sheet", `<?xml-stylesheet href="http://127.0.0.1:9/"?>${metadataOf(ENTITY)}`, "malformed"],
    ["is nested without an end", "<a>".repeat(5000), "malformed"],
    ["is nested deeply", `${"<a>".repeat(5000)}${"</a>".repeat(5000)}`, "malformed"],
    ["has a tag of absurd length", `<a ${'b="c" '.repeat(20_000)}/>`, "malformed"],
    ["is larger than metadata is", `<!--${"x".repeat(3 * 1024 * 1024)}-->${metadataOf(ENTITY)}`, "too-large"],
  ])("says so when it %s", (_what, xml, problem) => {
    const reading = reader.parse(xml);
    expect(reading).toMatchObject({ problem });
    // Whoever wrote the document must not write our messages.
    expect(JSON.stringify(reading)).not.toMatch(/127\.0\.0\.1|idp\.example/);
  });

  test("is refused for a billion laughs before anything is expanded", () => {
    const levels = Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join("");
    expect(reader.parse(`<!DOCTYPE l [<!ENTITY l0 "ha">${levels}]><l>&l10;</l>`)).toMatchObject({ problem: "has-dtd" });
  });

  test("leaves out certificates that are none, and addresses that are none", () => {
    const broken = metadataOf(ENTITY)
      .replace(/(X509Certificate>)[^<]+/, "$1not//base64!")
      .replace(`${ENTITY}/post`, "javascript:alert(1)");
    const reading = reader.parse(broken);
    expect(reading).toMatchObject({
      entities: [{ certificates: [], unreadableCertificates: 1, signOn: [{ binding: "redirect" }] }],
    });
  });

  test.prop([fc.string({ unit: "binary", maxLength: 2000 })])("is told whatever the text is", (text) => {
    expect("problem" in reader.parse(text)).toBe(true);
  });

  test.prop([fc.nat({ max: 5000 }), fc.nat({ max: 40 }), fc.string({ unit: "binary", maxLength: 30 })], {
    numRuns: 300,
  })("is told or read, and never crashes, wherever a part is replaced", (at, length, text) => {
    const xml = metadataOf(ENTITY);
    const start = at % xml.length;
    const reading = reader.parse(xml.slice(0, start) + text + xml.slice(start + length));
    expect("entities" in reading || typeof reading.problem === "string").toBe(true);
  });

  test("of half a megabyte and of the wrong kinds of values is done with soon", () => {
    const certificate = `<ds:X509Certificate>${"A".repeat(600_000)}</ds:X509Certificate>`;
    const xml = metadataOf(ENTITY).replace(/<ds:X509Certificate>[^<]+<\/ds:X509Certificate>/, certificate);
    expect(reader.parse(xml)).toMatchObject({ entities: [{ unreadableCertificates: 1 }] });
  });
});
