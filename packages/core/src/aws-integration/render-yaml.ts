/** What YAML is written from. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** Words that YAML readers take for something else than text. */
const WORDS = new Set(["true", "false", "yes", "no", "on", "off", "y", "n", "null"]);

/** Writes a value as YAML in block style. Text that could be read as anything else is quoted, as in JSON. */
export function renderYaml(value: Plain, indent = ""): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return " []\n";
    return `\n${(value as readonly Plain[]).map((item) => `${indent}-${renderItem(item, indent)}`).join("")}`;
  }
  if (typeof value === "object") {
    const entries = Object.entries(value as { readonly [key: string]: Plain });
    if (entries.length === 0) return " {}\n";
    return `\n${entries.map((entry) => renderEntry(entry, indent)).join("")}`;
  }
  return ` ${typeof value === "string" ? scalar(value) : String(value)}\n`;
}

function renderEntry([key, value]: readonly [string, Plain], indent: string): string {
  return `${indent}${scalar(key)}:${renderYaml(value, `${indent}  `)}`;
}

function renderItem(item: Plain, indent: string): string {
  const inner = `${indent}  `;
  const text = renderYaml(item, inner);
  // The first entry of an object stands on the line of its dash.
  return text.startsWith("\n") ? ` ${text.slice(1 + inner.length)}` : text;
}

function scalar(text: string): string {
  const plain = /^[A-Za-z][\w./:@-]*$/.test(text) && !text.endsWith(":") && !WORDS.has(text.toLowerCase());
  return plain ? text : JSON.stringify(text);
}
