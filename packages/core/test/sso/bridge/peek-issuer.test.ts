import { describe, expect, test } from "vitest";
import { peekIssuer } from "../../../src/index.ts";
import { PEEK_LIMIT } from "../../../src/sso/bridge/peek-issuer.ts";
import { base64, responseOf } from "./sample-bridge.ts";

const P = "urn:oasis:names:tc:SAML:2.0:protocol";
const A = "urn:oasis:names:tc:SAML:2.0:assertion";

function response(inner: string, before = ""): string {
  return base64(`${before}<p:Response xmlns:p="${P}" xmlns:a="${A}">${inner}</p:Response>`);
}

describe("the issuer of a response", () => {
  test("is the response's own, or that of its assertion", () => {
    expect(peekIssuer(responseOf("urn:idp"))).toBe("urn:idp");
    expect(peekIssuer(responseOf("", { assertionIssuer: "urn:idp" }))).toBe("urn:idp");
    expect(peekIssuer(responseOf("urn:first", { assertionIssuer: "urn:second" }))).toBe("urn:first");
  });

  test("is found in default namespaces, behind comments, and with a format", () => {
    expect(
      peekIssuer(
        base64(
          `\uFEFF<?xml version='1.0'?>\n<!-- a > b -->\n<Response xmlns='${P}' Note="a > b"><Issuer xmlns='${A}'\n Format="x">\n  https://idp.example/?a=1&amp;b=2 \n</Issuer></Response>`,
        ),
      ),
    ).toBe("https://idp.example/?a=1&b=2");
  });

  test("is read in UTF-8, with line breaks in the base64 and without its padding", () => {
    const text = response("<a:Issuer>https://münchen.example/ident</a:Issuer>");
    expect(peekIssuer(text.replace(/(.{20})/g, "$1\r\n"))).toBe("https://münchen.example/ident");
    expect(peekIssuer(text.replace(/=+$/, ""))).toBe("https://münchen.example/ident");
  });

  test("of a response with an encrypted assertion is the response's", () => {
    const encrypted = "<a:EncryptedAssertion><x:EncryptedData xmlns:x='urn:x'/></a:EncryptedAssertion>";
    expect(peekIssuer(response(`<a:Issuer>urn:idp</a:Issuer>${encrypted}`))).toBe("urn:idp");
    expect(peekIssuer(response(encrypted))).toBeUndefined();
  });

  const billionLaughs = `<!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`).join("")}]>`;
  test.each([
    ["with a document type", response("<a:Issuer>urn:idp</a:Issuer>", "<!DOCTYPE x>")],
    ["that is a billion laughs", response("<a:Issuer>&l9;</a:Issuer>", billionLaughs)],
    [
      "with an external entity",
      response("<a:Issuer>&x;</a:Issuer>", '<!DOCTYPE x [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]>'),
    ],
    ["with an entity that nobody declares", response("<a:Issuer>&x;</a:Issuer>")],
    ["with a number in place of a character", response("<a:Issuer>&#x75;rn</a:Issuer>")],
    ["in a CDATA section", response("<a:Issuer><![CDATA[urn:idp]]></a:Issuer>")],
    ["in two pieces", response("<a:Issuer>urn:idp<!-- -->.evil.example</a:Issuer>")],
    ["that is empty", response("<a:Issuer> </a:Issuer>")],
    ["that closes itself", response("<a:Issuer/>")],
    ["of another namespace", response("<p:Issuer>urn:idp</p:Issuer>")],
    ["without a namespace", response("<Issuer>urn:idp</Issuer>")],
    ["wrapped into something else", response("<p:Extensions><a:Issuer>urn:idp</a:Issuer></p:Extensions>")],
    ["of no response", base64(`<a:Assertion xmlns:a="${A}"><a:Issuer>urn:idp</a:Issuer></a:Assertion>`)],
    ["beyond the limit", response(`<p:X>${" ".repeat(PEEK_LIMIT)}</p:X><a:Issuer>urn:idp</a:Issuer>`)],
    ["behind more elements than there are", response(`${"<p:X/>".repeat(100)}<a:Issuer>urn:idp</a:Issuer>`)],
    ["deeper than there is anything", response("<p:X>".repeat(50))],
    ["of more characters than an entity ID has", response(`<a:Issuer>${"u".repeat(1025)}</a:Issuer>`)],
    ["of a response whose tags do not match", response("<p:X></p:Y><a:Issuer>urn:idp</a:Issuer>")],
    ["in UTF-16", Buffer.from(`\uFEFF<p:Response xmlns:p="${P}"/>`, "utf16le").toString("base64")],
    [
      "that is no UTF-8",
      Buffer.from(`<p:Response xmlns:p="${P}" xmlns:a="${A}"><a:Issuer>\xFF</a:Issuer>`, "latin1").toString("base64"),
    ],
    ["in no base64", "!!!!"],
    ["in base64url", "-_-_"],
  ])("%s cannot be told", (_what, text) => {
    expect(peekIssuer(text)).toBeUndefined();
  });

  test("takes no longer for half a megabyte of anything", () => {
    for (const part of ["<", "<a ", '<a b="', "<!--", "&amp;", "<a:b>", "=", "AAAA", " "]) {
      expect(peekIssuer(base64(part.repeat(524_288 / part.length)))).toBeUndefined();
      expect(peekIssuer(part.repeat(524_288 / part.length))).toBeUndefined();
    }
  });
});
