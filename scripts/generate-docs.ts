// Writes the parts of the documents that repeat what the code says: lists of findings, errors and config keys.
//
// usage: node --conditions=@cognito-to-descope/source scripts/generate-docs.ts [--check]
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  drawFlow,
  ERROR_CODES,
  FINDING_RULES,
  FLOW_KINDS,
  FLOW_RULES,
  type FlowKind,
  type GeneratedFlow,
  generateFlow,
  type MigrationErrorCode,
} from "@cognito-to-descope/core";
import { z } from "zod";
import { configSchema } from "../apps/cli/src/config/schema.ts";
import { mappingTable } from "./mapping-table.ts";
import { table } from "./markdown-table.ts";

/** Documents with their generated parts as they should be, by path. */
export function generatedDocuments(root: string): ReadonlyMap<string, string> {
  const documents = new Map<string, string>();
  const change = (path: string, write: (text: string) => string): void => {
    documents.set(path, write(readFileSync(join(root, path), "utf8")));
  };
  change("docs/findings/README.md", (text) => replaceBlock(text, "findings", findingsTable()));
  change("docs/errors/README.md", (text) => replaceBlock(text, "errors", errorsTable()));
  change("docs/flows.md", (text) => replaceBlock(text, "flow-needs", flowNeedsTable()));
  const withNeeds = documents.get("docs/flows.md") ?? "";
  documents.set("docs/flows.md", replaceBlock(withNeeds, "flow-rules", flowRulesTable()));
  for (const kind of FLOW_KINDS) documents.set(`docs/flows/${kind}.svg`, drawFlow(sampleFlow(kind).document));
  change("docs/mapping-reference.md", (text) => replaceBlock(text, "mapping", mappingTable()));
  change("docs/glossary.md", (text) => replaceBlock(text, "glossary", glossary(root)));
  change("docs/configuration.md", (text) => replaceBlock(text, "config-keys", keysTable()));
  for (const [rule, [severity, message]] of Object.entries(FINDING_RULES)) {
    change(`docs/findings/${rule}.md`, (text) => replaceLine(text, 3, `**${severity}**: ${message}`));
  }
  for (const code of Object.keys(ERROR_CODES) as MigrationErrorCode[]) {
    const line = `Recovery: \`${ERROR_CODES[code]}\`. Exit code: ${exitCodeOf(code)}.`;
    change(`docs/errors/${code}.md`, (text) => replaceLine(text, 3, line));
  }
  return documents;
}

/** The words of the code, as the documents show them. */
function glossary(root: string): string {
  const text = readFileSync(join(root, "packages/core/src/terminology.md"), "utf8");
  return text.slice(text.indexOf("## ")).trim();
}

function findingsTable(): string {
  return table(
    ["Rule", "Severity", "What it says"],
    Object.entries(FINDING_RULES).map(([rule, [severity, message]]) => [`[${rule}](${rule}.md)`, severity, message]),
  );
}

function errorsTable(): string {
  return table(
    ["Code", "Recovery", "Exit code"],
    (Object.keys(ERROR_CODES) as MigrationErrorCode[]).map((code) => [
      `[${code}](${code}.md)`,
      `\`${ERROR_CODES[code]}\``,
      exitCodeOf(code),
    ]),
  );
}

/** A flow of each kind, as it is without options. */
function sampleFlow(kind: FlowKind): GeneratedFlow {
  const connector = { name: "Gateway" };
  if (kind === "direct-cognito")
    return generateFlow({ kind, connector, clientId: "clientid", signUpAction: "sign-up-password" });
  return kind === "jit-password" || kind === "combined" ? generateFlow({ kind, connector }) : generateFlow({ kind });
}

function flowNeedsTable(): string {
  return table(
    ["Flow", "Authentication methods", "Connector", "OAuth provider", "Custom attributes", "Tasks"],
    FLOW_KINDS.map((kind) => {
      const { needs, document } = sampleFlow(kind);
      const some = (names: readonly string[]): string => (names.length === 0 ? "–" : names.join(", "));
      const tasks = Object.keys(document.contents.tasks).length - 1;
      return [
        `\`${kind}\``,
        some(needs.methods),
        needs.connectors.length === 0 ? "–" : "HTTP",
        some(needs.oauthProviders),
        some(needs.customAttributes.map((name) => `\`${name}\``)),
        String(tasks),
      ];
    }),
  );
}

function flowRulesTable(): string {
  return table(
    ["Rule", "Severity", "What it says"],
    Object.entries(FLOW_RULES).map(([rule, [severity, message]]) => [`\`${rule}\``, severity, message]),
  );
}

function exitCodeOf(code: MigrationErrorCode): string {
  if (code === "ERR_ABORTED") return "130";
  if (code === "ERR_PLAN_BLOCKED") return "4";
  return ERROR_CODES[code] === "defect" ? "1" : "2";
}

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** Every key of the config file with its description, in the order of the schema. */
export function configKeys(): readonly (readonly [key: string, description: string])[] {
  const keys: (readonly [string, string])[] = [];
  const visit = (schema: JsonSchema, path: string): void => {
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      const key = path === "" ? name : /^[\w$]+$/.test(name) ? `${path}.${name}` : `${path}["${name}"]`;
      if (member.items?.properties !== undefined && member.items.properties["userPoolId"] !== undefined) {
        // The same keys as those of the single pool, which stand above.
        keys.push([`${key}[]`, `${member.description ?? ""}. The keys of each are those of \`source\``]);
        continue;
      }
      const rate = member.properties?.["windowMs"] !== undefined;
      const form =
        member.properties?.["penaltyMs"] === undefined
          ? "{ requests, windowMs }"
          : "{ requests, windowMs, penaltyMs? }";
      keys.push([key, rate ? `${member.description ?? ""}. \`${form}\`` : (member.description ?? "")]);
      if (!rate) visit(member.items ?? member, member.items === undefined ? key : `${key}[]`);
    }
  };
  visit(z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" }) as JsonSchema, "");
  return keys;
}

function keysTable(): string {
  return table(
    ["Key", "What it is"],
    configKeys().map(([key, description]) => [`\`${key}\``, description]),
  );
}

function replaceLine(text: string, number: number, line: string): string {
  const lines = text.split("\n");
  lines[number - 1] = line;
  return lines.join("\n");
}

/** Replaces what stands between `<!-- generated: name -->` and `<!-- end: name -->`. */
function replaceBlock(text: string, name: string, content: string): string {
  const begin = `<!-- generated: ${name} -->`;
  const end = `<!-- end: ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`there is no place for the generated part "${name}"`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const stale: string[] = [];
  for (const [path, text] of generatedDocuments(root)) {
    if (existsSync(join(root, path)) && readFileSync(join(root, path), "utf8") === text) continue;
    stale.push(path);
    if (!process.argv.includes("--check")) writeFileSync(join(root, path), text);
  }
  for (const path of stale) console.error(path);
  if (process.argv.includes("--check") && stale.length > 0) process.exitCode = 1;
}
