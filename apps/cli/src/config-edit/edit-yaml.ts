import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, type Pair, parseDocument, stringify, type YAMLMap } from "yaml";
import { changedRules, type JsonObject, type JsonValue, type MappingChange, type MappingEdit } from "./mapping-edit.ts";

type Range = readonly [start: number, end: number];

/** A piece of the text and what takes its place. */
interface Splice {
  readonly range: Range;
  readonly text: string;
}

/**
 * Changes rules in a YAML config. Comments stay, but for those inside of a rule that is written anew; what is not changed
 * stays byte for byte.
 */
export function editYaml(text: string, change: MappingChange): MappingEdit {
  const document = parseDocument(text);
  if (document.errors.length > 0) return { byHand: "the file is not valid YAML" };
  const { contents } = document;
  const newLine = text.includes("\r\n") ? "\r\n" : "\n";
  if (contents !== null && (!isMap(contents) || contents.flow === true)) {
    return { byHand: "the file is no list of settings, one a line" };
  }
  const pair = contents === null ? undefined : findPair(contents, "mapping");
  const edited = splice(text, splicesFor(text, pair, change)).replaceAll(/\r?\n/g, newLine);
  return isAsWanted(text, edited, change)
    ? { text: edited }
    : { byHand: "the file uses anchors, several documents or a form that cannot be changed safely" };
}

function splicesFor(text: string, pair: Pair | undefined, change: MappingChange): readonly Splice[] {
  const { after } = change;
  if (pair === undefined) return [append(text, after)];
  const { value } = pair;
  if (!isMap(value) || value.flow === true || value.items.length === 0 || Object.keys(after).length === 0) {
    return [{ range: rangeOf(text, pair), text: render("mapping", after, "") }];
  }
  const indent = indentOf(text, startOf(value.items[0] as Pair));
  const added: string[] = [];
  const splices: Splice[] = [];
  for (const [name, rule] of changedRules(change)) {
    const item = findPair(value, name);
    if (item === undefined) {
      if (rule !== undefined) added.push(render(name, rule, indent));
    } else {
      splices.push(
        rule === undefined
          ? { range: linesOf(text, rangeOf(text, item)), text: "" }
          : { range: rangeOf(text, item), text: render(name, rule, indent) },
      );
    }
  }
  if (added.length > 0) {
    const last = value.items.at(-1) as Pair;
    const end = endOfLine(text, rangeOf(text, last)[1]);
    splices.push({ range: [end, end], text: added.map((entry) => `\n${indent}${entry}`).join("") });
  }
  return splices;
}

/** From the end to the beginning, so that no range moves before its turn. */
function splice(text: string, splices: readonly Splice[]): string {
  return splices
    .toSorted((a, b) => b.range[0] - a.range[0] || b.range[1] - a.range[1])
    .reduce((edited, { range: [start, end], text: piece }) => edited.slice(0, start) + piece + edited.slice(end), text);
}

function append(text: string, mapping: JsonObject): Splice {
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  return { range: [text.length, text.length], text: `${gap}${render("mapping", mapping, "")}\n` };
}

function render(name: string, value: JsonValue, indent: string): string {
  const text = stringify({ [name]: value }, { lineWidth: 0 }).trimEnd();
  return text.replaceAll("\n", `\n${indent}`);
}

function findPair(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name);
}

function startOf({ key }: Pair): number {
  return (key as { readonly range?: Range | null }).range?.[0] ?? 0;
}

/** A pair from its key to the end of its value, without what follows on the line. */
function rangeOf(text: string, pair: Pair): Range {
  const { key, value } = pair as { readonly key: NodeLike; readonly value: NodeLike | null };
  const start = key.range?.[0] ?? 0;
  const end = value?.range?.[1] ?? key.range?.[1] ?? start;
  // The end of a block may be the beginning of the next line already.
  return [start, start + text.slice(start, end).trimEnd().length];
}

interface NodeLike {
  readonly range?: Range | null;
}

/** The lines that a range is on, as a whole. */
function linesOf(text: string, [start, end]: Range): Range {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const to = endOfLine(text, end);
  return [from, to < text.length ? to + 1 : to];
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  const line = end === -1 ? text.length : end;
  return text[line - 1] === "\r" ? line - 1 : line;
}

function indentOf(text: string, start: number): string {
  return " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
}

function isAsWanted(before: string, after: string, { after: mapping }: MappingChange): boolean {
  try {
    const { mapping: _old, ...rest } = read(before);
    const { mapping: written, ...others } = read(after);
    return isDeepStrictEqual(written, mapping) && isDeepStrictEqual(others, rest);
  } catch {
    // An alias whose anchor was in what is gone now.
    return false;
  }
}

function read(text: string): Record<string, unknown> {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new SyntaxError("not valid YAML");
  return (document.toJS() ?? {}) as Record<string, unknown>;
}
