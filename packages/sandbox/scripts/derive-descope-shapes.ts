/**
 * Derives the shapes of the Descope API's answers from its published API description: field names and types, nothing else.
 *
 *     node packages/sandbox/scripts/derive-descope-shapes.ts <openapi.yml> > packages/sandbox/test/descope/api-shapes.json
 *
 * Only operations that the sandbox serves and types that their answers reach are kept. Type words: `string`, `boolean`,
 * `integer`, `number`, `any`, `[T]` for a list, `{T}` for an object with any keys, else the name of another type.
 */

import { readFileSync } from "node:fs";

import { parse } from "yaml";

import { descopeOperations } from "../src/descope/operations.ts";

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

interface Description {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses?: Readonly<Record<string, Response>> }>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Response {
  readonly content?: { readonly "application/json"?: { readonly schema?: Schema } };
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new TypeError("usage: derive-descope-shapes.ts <openapi.yml>");
const description = parse(readFileSync(file, "utf8"), { maxAliasCount: -1 }) as Description;
const { schemas } = description.components;
const types: Record<string, Record<string, string>> = {};

function word(schema: Schema): string {
  if (schema.$ref !== undefined) return typeNamed(schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1));
  if (schema.type === "array") return `[${word(schema.items ?? {})}]`;
  if (typeof schema.additionalProperties === "object") return `{${word(schema.additionalProperties)}}`;
  if (schema.type === "string" || schema.type === "boolean") return schema.type;
  if (schema.type === "integer" || schema.type === "number") return schema.type;
  return "any";
}

function typeNamed(name: string): string {
  if (name.startsWith("google.protobuf.")) return "any";
  const schema = schemas[name];
  if (schema?.properties === undefined) return schema === undefined || schema.type === "object" ? "any" : word(schema);
  if (types[name] === undefined) {
    const fields: Record<string, string> = {};
    types[name] = fields;
    for (const [field, of] of Object.entries(schema.properties)) fields[field] = word(of);
  }
  return name;
}

const answers: Record<string, string> = {};
for (const { name } of descopeOperations) {
  const [method = "", path = ""] = name.split(" ");
  const responses = description.paths[path]?.[method.toLowerCase()]?.responses;
  if (responses === undefined) continue;
  const schema = responses["200"]?.content?.["application/json"]?.schema;
  answers[name] = schema === undefined ? "any" : word(schema);
}

const sorted = <T>(of: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(of).toSorted(([one], [other]) => (one < other ? -1 : 1)));
process.stdout.write(`${JSON.stringify({ answers: sorted(answers), types: sorted(types) }, null, 2)}\n`);
