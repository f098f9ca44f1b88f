import { pathsIn } from "../context-reads.ts";
import type { FlowDocument } from "../flow-document.ts";
import { argumentOf } from "../flow-graph.ts";
import { objectsOf, textOf } from "../json.ts";
import type { Report } from "./rules.ts";

const PASSWORD = /^form\.(?:\w*[pP]assword\w*)$/;

/** What looks like a secret. None of them is ever shown. Each is bounded, so that no text keeps it busy. */
const SECRETS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/, "a private key"],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, "an AWS access key"],
  [/\bK2[0-9A-Za-z]{25,}\b/, "a Descope access or management key"],
  [/\beyJ[\w-]{10,200}\.eyJ[\w-]{10}/, "a token"],
  [/\b(?:Bearer|Basic)\s+[A-Za-z0-9+/=._~-]{16,}/, "an authorization header"],
  [
    /\b\w{0,40}(?:secret|api_?key|password|token)\w{0,40}["']?\s{0,9}[:=]\s{0,9}["'`][^"'`{}\s]{8,}["'`]/i,
    "a constant that is called a secret",
  ],
  [/\bHmac\w{0,20}\([^)]{0,200},\s{0,9}["'`][^"'`{}]{8,}["'`]/i, "a constant key of an HMAC"],
];

/** Checks calls of connectors, and texts for secrets. */
export function checkConnectors({ contents: { tasks }, references }: FlowDocument, report: Report): void {
  const named = references?.connectors ?? {};
  const known = new Set(Object.values(named).map(textOf));
  const called = new Set<string>();
  for (const [id, task] of Object.entries(tasks)) {
    for (const [name, { value }] of Object.entries(task.arguments ?? {}))
      checkSecrets(`${name}: ${texts(value)}`, id, report);
    if (task.action !== "connector" && task.action !== "email-connector") continue;
    const connectorId = textOf(argumentOf(task, "connectorId"));
    called.add(connectorId);
    if (!known.has(connectorId)) report("connector-not-referenced", id, connectorId);
    for (const one of objectsOf(argumentOf(task, "args"))) {
      const passwords = pathsIn(textOf(one["value"])).filter((path) => PASSWORD.test(path));
      for (const path of passwords)
        report(one["key"] === "endpoint" ? "password-in-address" : "password-not-encoded", id, path);
    }
  }
  for (const [name, connectorId] of Object.entries(named))
    if (!called.has(textOf(connectorId))) report("connector-unused", undefined, name);
}

function checkSecrets(text: string, task: string, report: Report): void {
  for (const [pattern, what] of SECRETS) if (pattern.test(text)) report("secret-in-flow", task, what);
}

/** Every text inside of a value, one after the other. */
function texts(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  return Object.values(value).map(texts).join("\n");
}
