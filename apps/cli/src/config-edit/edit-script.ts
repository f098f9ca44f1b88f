import { stripTypeScriptTypes } from "node:module";
import { isDeepStrictEqual } from "node:util";
import { type AnyNode, type ObjectExpression, parse, type Program, type Property, type Token } from "acorn";
import { changedRules, type JsonValue, type MappingChange, type MappingEdit } from "./mapping-edit.ts";
import { renderKey, renderLiteral } from "./script-literal.ts";

/** A script with its tokens; positions are those of the text, with its types in it. */
interface Script {
  readonly text: string;
  readonly program: Program;
  readonly tokens: readonly Token[];
}

/** The config is written in a way that only a person can change. */
class ByHand extends Error {}

/**
 * Changes rules in a config that is TypeScript or JavaScript, where they are plain literals: in the object that is exported
 * by default, or given to the function whose result is. Everything else stays byte for byte, and nothing of it is run.
 */
export function editScript(text: string, change: MappingChange): MappingEdit {
  try {
    const edited = edit(parseScript(text), change);
    verify(parseScript(edited), change);
    return { text: edited };
  } catch (error) {
    if (error instanceof ByHand) return { byHand: error.message };
    throw error;
  }
}

function parseScript(text: string): Script {
  const tokens: Token[] = [];
  try {
    // Types become blanks, so that every position stays.
    const code = stripTypeScriptTypes(text, { mode: "strip" });
    if (code.length !== text.length) throw new ByHand("the types of the file cannot be told from its values");
    const program = parse(code, { ecmaVersion: "latest", sourceType: "module", onToken: tokens });
    return { text, program, tokens };
  } catch (error) {
    if (error instanceof ByHand) throw error;
    throw new ByHand("the file has syntax that cannot be changed safely");
  }
}

function edit(script: Script, change: MappingChange): string {
  const config = findConfig(script.program);
  const unit = unitOf(script, config);
  const section = findProperty(config, "mapping");
  const changes = [...changedRules(change)];
  if (section === undefined) {
    const rules = Object.fromEntries(changes.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
    return addProperty(script, config, "mapping", rules, unit);
  }
  // One after the other: each has positions of its own.
  let { text } = script;
  for (const [name, value] of changes) {
    const now = parseScript(text);
    text = changeRule(now, mappingOf(now.program), name, value, unit);
  }
  return text;
}

function mappingOf(program: Program): ObjectExpression {
  const value = findProperty(findConfig(program), "mapping")?.value;
  if (value?.type !== "ObjectExpression") throw new ByHand("`mapping` is no plain object");
  return value;
}

function changeRule(
  script: Script,
  mapping: ObjectExpression,
  name: string,
  value: JsonValue | undefined,
  unit: string,
): string {
  const { text } = script;
  const property = findProperty(mapping, name);
  if (property === undefined) return value === undefined ? text : addProperty(script, mapping, name, value, unit);
  if (property.shorthand || evaluate(property.value) === undefined) {
    throw new ByHand(`\`mapping.${name}\` is computed`);
  }
  if (value === undefined) return removeProperty(script, property);
  const indent = indentAt(text, property.start);
  const literal = renderLiteral(value, indent, unit, property.value.start - lineStart(text, property.value.start));
  return text.slice(0, property.value.start) + literal + text.slice(property.value.end);
}

function addProperty(
  { text, tokens }: Script,
  object: ObjectExpression,
  name: string,
  value: JsonValue,
  unit: string,
): string {
  const last = object.properties.at(-1);
  const isMultiLine = text.slice(object.start, object.end).includes("\n");
  const outer = indentAt(text, object.start);
  const key = `${renderKey(name)}: `;
  if (last === undefined) {
    const inner = outer + unit;
    const literal = renderLiteral(value, inner, unit, inner.length + key.length);
    const kept = text.slice(object.start + 1, object.end - 1).trimEnd();
    return `${text.slice(0, object.start + 1)}${kept}\n${inner}${key}${literal},\n${outer}${text.slice(object.end - 1)}`;
  }
  const comma = tokens.find(({ start }) => start >= last.end);
  const hasComma = comma?.type.label === ",";
  if (!isMultiLine) {
    const literal = renderLiteral(
      value,
      outer,
      unit,
      text.slice(lineStart(text, last.end), last.end).length + key.length,
    );
    return `${text.slice(0, last.end)}, ${key}${literal}${text.slice(last.end)}`;
  }
  const indent = indentAt(text, last.start);
  const literal = renderLiteral(value, indent, unit, indent.length + key.length);
  const withComma = hasComma ? text : `${text.slice(0, last.end)},${text.slice(last.end)}`;
  const after = hasComma ? comma.end : last.end + 1;
  // A remark behind the last property stays with it.
  const lineEnd = withComma.indexOf("\n", after);
  const closing = object.end - 1 + (hasComma ? 0 : 1);
  const at = lineEnd === -1 || lineEnd > closing ? after : lineEnd;
  return `${withComma.slice(0, at).trimEnd()}\n${indent}${key}${literal},${withComma.slice(at)}`;
}

/** Takes a property out with its comma, and its lines where nothing else is on them. */
function removeProperty({ text, tokens }: Script, { start, end }: Property): string {
  const comma = tokens.find((token) => token.start >= end);
  let to = comma?.type.label === "," ? comma.end : end;
  let from = start;
  const lineEnd = text.indexOf("\n", to);
  const isAlone = text.slice(lineStart(text, from), from).trim() === "" && text.slice(to, lineEnd).trim() === "";
  if (isAlone && lineEnd !== -1) {
    from = lineStart(text, from);
    to = lineEnd + 1;
  }
  return text.slice(0, from) + text.slice(to);
}

/** The object of settings that a config exports. */
function findConfig(program: Program): ObjectExpression {
  const exported = program.body.find((statement) => statement.type === "ExportDefaultDeclaration");
  const config = exported === undefined ? undefined : objectOf(exported.declaration, program);
  if (config === undefined) throw new ByHand("the config is not written as one object");
  return config;
}

function objectOf(node: AnyNode, program: Program): ObjectExpression | undefined {
  if (node.type === "ObjectExpression") return node;
  // `defineConfig({ … })` gives back what it is given.
  if (node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "defineConfig") {
    const [argument] = node.arguments;
    return node.arguments.length === 1 && argument !== undefined ? objectOf(argument, program) : undefined;
  }
  if (node.type !== "Identifier") return undefined;
  for (const statement of program.body) {
    if (statement.type !== "VariableDeclaration" || statement.kind !== "const") continue;
    const found = statement.declarations.find(({ id }) => id.type === "Identifier" && id.name === node.name);
    // One more step and no further: a constant that names itself has no value.
    if (found?.init && found.init.type !== "Identifier") return objectOf(found.init, program);
  }
  return undefined;
}

function findProperty(object: ObjectExpression, name: string): Property | undefined {
  const properties = object.properties.map((property) => {
    if (property.type !== "Property" || property.computed) throw new ByHand("settings are spread or computed");
    return property;
  });
  const found = properties.filter(({ key }) => nameOf(key) === name);
  if (found.length > 1) throw new ByHand("a setting stands twice");
  return found[0];
}

function nameOf(key: Property["key"]): string | undefined {
  if (key.type === "Identifier") return key.name;
  return key.type === "Literal" ? String(key.value) : undefined;
}

/** The value of a literal; undefined of everything that has to be run for it. */
function evaluate(node: AnyNode): JsonValue | undefined {
  if (node.type === "Literal") {
    const isPlain = node.value === null || ["string", "number", "boolean"].includes(typeof node.value);
    return isPlain ? (node.value as JsonValue) : undefined;
  }
  if (node.type === "TemplateLiteral") {
    return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
  }
  if (node.type === "ArrayExpression") {
    const members = node.elements.map((element) => (element === null ? undefined : evaluate(element)));
    return members.some((member) => member === undefined) ? undefined : (members as JsonValue[]);
  }
  return node.type === "ObjectExpression" ? evaluateObject(node) : undefined;
}

function evaluateObject(object: ObjectExpression): JsonValue | undefined {
  const members: [string, JsonValue][] = [];
  for (const property of object.properties) {
    if (property.type !== "Property" || property.computed || property.shorthand) return undefined;
    const [name, value] = [nameOf(property.key), evaluate(property.value)];
    if (name === undefined || value === undefined) return undefined;
    members.push([name, value]);
  }
  return Object.fromEntries(members);
}

function verify({ program }: Script, change: MappingChange): void {
  const changed = changedRules(change);
  const section = findProperty(findConfig(program), "mapping")?.value;
  if (section?.type !== "ObjectExpression") {
    if ([...changed.values()].every((value) => value === undefined)) return;
    throw new ByHand("`mapping` is no plain object");
  }
  for (const [name, value] of changed) {
    const property = findProperty(section, name);
    const written = property === undefined ? undefined : evaluate(property.value);
    if (!isDeepStrictEqual(written, value)) throw new ByHand(`\`mapping.${name}\` cannot be written safely`);
  }
}

function unitOf({ text }: Script, config: ObjectExpression): string {
  const [first] = config.properties;
  if (first === undefined) return "  ";
  const inner = indentAt(text, first.start);
  const outer = indentAt(text, config.start);
  return inner.length > outer.length && inner.startsWith(outer) ? inner.slice(outer.length) : "  ";
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, at)))?.[0] ?? "";
}
