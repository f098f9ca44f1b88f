/** Markup that is safe to put into a page: its values are escaped already. */
export interface Html {
  readonly markup: string;
}

/** What a template takes: text is escaped, markup is kept, lists are joined, `undefined` and `false` say nothing. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

const made = new WeakSet<object>();

/**
 * Makes markup from a template; every value in it is escaped.
 *
 * This is the only place that makes {@link Html}, so that nothing reaches a page unescaped. A value may stand in text or
 * in an attribute in double quotes.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = strings[0] ?? "";
  values.forEach((value, index) => {
    markup += render(value) + (strings[index + 1] ?? "");
  });
  const result: Html = { markup };
  made.add(result);
  return result;
}

function render(value: HtmlValue): string {
  if (value === undefined || value === false) return "";
  if (typeof value === "string") return escapeText(value);
  if (typeof value === "number") return String(value);
  if ("markup" in value) {
    // An object from parsed data could look like markup: only what this module made counts.
    if (!made.has(value)) throw new TypeError("markup must be made by html``");
    return value.markup;
  }
  return value.map(render).join("");
}

/**
 * Foreign text in a direction of its own, so that right-to-left text does not turn what stands around it.
 *
 * Characters that would turn text inside the value, and control characters, are spelled out.
 */
export function foreign(text: string): Html {
  return html`<bdi>${spellOut(text)}</bdi>`;
}

/** A sentence of ours; what stands between backticks is shown as code. */
export function prose(text: string): Html {
  return html`${text.split("`").map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeText(text: string): string {
  return spellOut(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

/** Half surrogate pairs become U+FFFD; direction marks, control characters and noncharacters become `⟨U+202E⟩`. */
function spellOut(text: string): string {
  return text
    .toWellFormed()
    .replace(
      /(?![\t\n])\p{Cc}|[\p{Bidi_Control}\p{Noncharacter_Code_Point}\uFEFF]/gu,
      (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
    );
}
