import { isDeepStrictEqual } from "node:util";
import { applyEdits, type FormattingOptions, modify } from "jsonc-parser";
import { changedRules, type MappingChange, type MappingEdit } from "./mapping-edit.ts";

/** Changes rules in a JSON config. What is not changed stays byte for byte. */
export function editJson(text: string, change: MappingChange): MappingEdit {
  const formattingOptions = formattingOf(text);
  let edited = text;
  for (const [name, value] of changedRules(change)) {
    edited = applyEdits(edited, modify(edited, ["mapping", name], value, { formattingOptions }));
  }
  return isAsWanted(text, edited, change)
    ? { text: edited }
    : { byHand: "the file has a setting twice, or is no object" };
}

function isAsWanted(before: string, after: string, { after: mapping }: MappingChange): boolean {
  try {
    const { mapping: _old, ...rest } = JSON.parse(before) as Record<string, unknown>;
    const { mapping: written = {}, ...others } = JSON.parse(after) as Record<string, unknown>;
    return isDeepStrictEqual(written, mapping) && isDeepStrictEqual(others, rest);
  } catch {
    return false;
  }
}

/** The indentation and the line ends that the file has. */
function formattingOf(text: string): FormattingOptions {
  const [, indent = "  "] = /^([ \t]+)\S/m.exec(text) ?? [];
  return {
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 1 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
}
