/**
 * Writes the tables of README.md: every operation of both services, every kind of variant. Run it after a change of operations:
 *
 *     node --conditions=@cognito-to-descope/source packages/sandbox/scripts/generate-readme.ts
 *
 * AWS's operations are those of its SDK. Descope's are those of the API description that it publishes, whose names are kept in
 * `published-descope-operations.json` (read in November 2026), and those that its SDKs call besides.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import * as sdk from "@aws-sdk/client-cognito-identity-provider";

import { cognitoOperationSupport } from "../src/cognito/operation-support.ts";
import type { OperationSupport } from "../src/cognito/operation-support.ts";
import { cognitoVariantOptions } from "../src/cognito/variants.ts";
import { descopeOperations } from "../src/descope/operations.ts";
import { descopeVariantOptions } from "../src/descope/variants.ts";

const readmeUrl = new URL("../README.md", import.meta.url);
const publishedUrl = new URL("published-descope-operations.json", import.meta.url);

/** Operations of Cognito, those of AWS's SDK that the sandbox lacks included. */
export function cognitoOperations(): readonly OperationSupport[] {
  const own = cognitoOperationSupport();
  const known = new Set(own.map(({ operation }) => operation));
  const commands = Object.keys(sdk).flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []);
  const missing = commands
    .filter((name) => !known.has(name))
    .map((operation) => ({ operation, support: "no" as const }));
  const [api, web] = [
    own.filter(({ operation }) => !operation.includes(" ")),
    own.filter(({ operation }) => operation.includes(" ")),
  ];
  return [...[...api, ...missing].toSorted((a, b) => (a.operation < b.operation ? -1 : 1)), ...web];
}

/** Operations of Descope, those that it publishes and the sandbox lacks included. */
export function descopeOperationSupport(): readonly OperationSupport[] {
  const published = JSON.parse(readFileSync(publishedUrl, "utf8")) as readonly string[];
  const own = descopeOperations.map(({ name, partly }): OperationSupport =>
    partly === undefined
      ? { operation: name, support: "works" }
      : { operation: name, support: "partly", missing: partly },
  );
  const shape = (name: string): string => name.replaceAll(/\{\w+\}/g, "{}");
  const known = new Set(own.map(({ operation }) => shape(operation)));
  const missing = published
    .filter((name) => !known.has(shape(name)))
    .map((operation) => ({ operation, support: "no" as const }));
  return [...own, ...missing].toSorted((a, b) => (pathFirst(a.operation) < pathFirst(b.operation) ? -1 : 1));
}

function pathFirst(operation: string): string {
  const [method = "", path = ""] = operation.split(" ");
  return `${path} ${method}`;
}

function operationTable(list: readonly OperationSupport[]): string {
  const count = (support: OperationSupport["support"]): number =>
    list.filter((operation) => operation.support === support).length;
  const rows = list.map(({ operation, support, missing }) => {
    const note = missing === undefined ? support : `${support}: ${missing}`;
    return `| \`${operation}\` | ${note.replaceAll("|", "\\|")} |`;
  });
  return [
    `${count("works")} work, ${count("partly")} partly, ${count("no")} not.`,
    "",
    "| operation | there? |",
    "| --- | --- |",
    ...rows,
  ].join("\n");
}

function variantTable(options: Readonly<Record<string, { readonly values: readonly unknown[] }>>): string {
  const rows = Object.entries(options).map(([name, { values }]) => {
    const [first, ...others] = values.map((value) => `\`${String(value)}\``);
    return `| \`${name}\` | ${first} | ${others.join(", ")} |`;
  });
  return ["| option | default | other values |", "| --- | --- | --- |", ...rows].join("\n");
}

const tables: Readonly<Record<string, () => string>> = {
  "cognito variants": () => variantTable(cognitoVariantOptions),
  "descope variants": () => variantTable(descopeVariantOptions),
  "cognito operations": () => operationTable(cognitoOperations()),
  "descope operations": () => operationTable(descopeOperationSupport()),
};

/**
 * The text with its tables made new.
 *
 * @throws Error when the place of a table is missing.
 */
export function withTables(readme: string): string {
  let text = readme;
  for (const [name, table] of Object.entries(tables)) {
    const [from, to] = [`<!-- ${name}: generated -->`, `<!-- ${name}: end -->`];
    const [start, end] = [text.indexOf(from), text.indexOf(to)];
    if (start < 0 || end < start) throw new Error(`README.md has no place for the table "${name}"`);
    text = `${text.slice(0, start + from.length)}\n\n${table()}\n\n${text.slice(end)}`;
  }
  return text;
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  writeFileSync(readmeUrl, withTables(readFileSync(readmeUrl, "utf8")));
}
