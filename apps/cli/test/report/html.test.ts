import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { foreign, type Html, html, prose } from "../../src/report/html.ts";
import { parsePage } from "./page.ts";

describe("html", () => {
  it("escapes text in elements and in attributes", () => {
    const value = `<img src=x onerror="alert('1')">&`;
    expect(html`<p title="${value}">${value}</p>`.markup).toBe(
      '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;</p>',
    );
  });

  it("keeps markup that it made itself, joins lists, and leaves out undefined and false", () => {
    expect(html`${[html`<b>${1}</b>`, undefined, false, "&"]}`.markup).toBe("<b>1</b>&amp;");
  });

  it("refuses an object that only looks like markup", () => {
    const forged = JSON.parse('{"markup":"<script>alert(1)</script>"}') as Html;
    expect(() => html`<p>${forged}</p>`).toThrow(TypeError);
  });

  it("spells out characters that turn text or cannot be seen", () => {
    expect(foreign("a\u202Eb\u0000c\u2067").markup).toBe("<bdi>a⟨U+202E⟩b⟨U+0000⟩c⟨U+2067⟩</bdi>");
  });

  it("keeps right-to-left letters, combined emoji and line breaks as they are", () => {
    expect(foreign("مرحبا 👩‍👩‍👧 a\nb").markup).toBe("<bdi>مرحبا 👩‍👩‍👧 a\nb</bdi>");
  });

  it("replaces half a surrogate pair", () => {
    expect(html`${"x\uD83D"}`.markup).toBe("x\uFFFD");
  });

  it("shows what stands between backticks as code, and escapes it", () => {
    expect(prose("set `a<b` now").markup).toBe("set <code>a&lt;b</code> now");
  });

  test.prop([fc.string({ unit: "binary" })])("makes one element of any text, which says that text", (text) => {
    const { markup } = html`<p title="${text}">${text}</p>`;
    const page = parsePage(`<!doctype html><html lang="en"><head><title>t</title></head><body>${markup}</body></html>`);
    expect(page.errors).toEqual([]);
    expect(page.elements.map(({ name }) => name)).toEqual(["html", "head", "title", "body", "p"]);
    const [paragraph] = page.elements.slice(-1);
    expect(paragraph?.attributes["title"]).toBe(paragraph?.text);
    // What cannot be shown is spelled out; everything else is there as it was.
    const visible = text
      .toWellFormed()
      .replace(/(?![\t\n])\p{Cc}|[\p{Bidi_Control}\p{Noncharacter_Code_Point}\uFEFF]/gu, "");
    expect(paragraph?.text.replace(/⟨U\+[0-9A-F]{4,6}⟩/g, "")).toBe(visible.replace(/⟨U\+[0-9A-F]{4,6}⟩/g, ""));
  });
});
