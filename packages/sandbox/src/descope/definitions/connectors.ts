/** Connectors: what flows call. Any type is stored; the HTTP type is called. */

import { readObject, readString, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import type { ProjectState } from "../project-state.ts";
import { Refusal, conflicting, invalid, missing } from "../refusal.ts";
import { whereAvailable } from "../where-available.ts";

/** A connector. */
export interface Connector {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: string;
  readonly status: "enabled" | "disabled";
  readonly configuration: JsonObject;
}

const secretKeys = new Set([
  "bearerToken",
  "password",
  "token",
  "clientSecret",
  "hmacSecret",
  "awsSecretAccessKey",
  "rfc9421PrivateKey",
]);

/** A configuration without its secrets. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      secretKeys.has(key) && typeof member === "string" && member !== "" ? "" : withoutSecrets(member),
    ]),
  );
}

/** Fills secrets that are empty in a new configuration from the one before. */
function keepSecrets(next: unknown, before: unknown): unknown {
  if (typeof next !== "object" || next === null || Array.isArray(next)) return next;
  const old = (typeof before === "object" && before !== null ? before : {}) as JsonObject;
  return Object.fromEntries(
    Object.entries(next).map(([key, member]) => [
      key,
      secretKeys.has(key) && member === "" ? (old[key] ?? "") : keepSecrets(member, old[key]),
    ]),
  );
}

/** A connector as answers show it. */
export function answerConnector(connector: Connector): JsonObject {
  return { ...connector, configuration: withoutSecrets(connector.configuration) };
}

function notFound(): Refusal {
  return new Refusal(404, "E011004", "Invalid arguments", "There is no such connector");
}

/** Reads a connector; secrets that are left empty stay as they were. */
export function readConnector(from: JsonObject, id: string, before: Connector | undefined): Connector {
  const type = readString(from, "type") ?? before?.type ?? "";
  if (type === "") throw missing("Missing type");
  const configuration = readObject(from, "configuration") ?? before?.configuration ?? {};
  if (type === "http" && !URL.canParse(readString(configuration, "baseUrl") ?? ""))
    throw invalid("The baseUrl field must be an address");
  const status = readString(from, "status") ?? before?.status ?? "enabled";
  if (status !== "enabled" && status !== "disabled") throw invalid("The status field must be enabled or disabled");
  return {
    id,
    name: readString(from, "name") ?? before?.name ?? requireString(from, "name"),
    description: readString(from, "description") ?? before?.description ?? "",
    type,
    status,
    configuration: keepSecrets(configuration, before?.configuration) as JsonObject,
  };
}

function create({ project, body }: Call): JsonObject {
  const connector = readConnector(body, project.ids.next("CI"), undefined);
  refuseDouble(project, connector);
  project.connectors.set(connector.id, connector);
  return answerConnector(connector);
}

function update({ project, body }: Call): JsonObject {
  const before = project.connectors.get(requireString(body, "id"));
  if (before === undefined) throw notFound();
  const connector = readConnector(body, before.id, before);
  refuseDouble(project, connector);
  project.connectors.set(connector.id, connector);
  return answerConnector(connector);
}

function refuseDouble(project: ProjectState, connector: Connector): void {
  if (project.variants.duplicateConnector === "allowed") return;
  if ([...project.connectors.values()].some(({ id, name }) => id !== connector.id && name === connector.name))
    throw conflicting("A connector with this name exists");
}

const partly = "any type is stored; flows call the type `http` only";

const operations: readonly Operation[] = [
  { name: "POST /v1/mgmt/connector", access: "management", partly, run: create },
  { name: "PUT /v1/mgmt/connector", access: "management", partly, run: update },
  { name: "POST /v1/mgmt/connector/update", access: "management", partly, run: update },
  {
    name: "GET /v1/mgmt/connector",
    access: "management",
    run: ({ project, query }) => {
      const connector = project.connectors.get(query.get("id") ?? "");
      if (connector === undefined) throw notFound();
      return answerConnector(connector);
    },
  },
  {
    name: "DELETE /v1/mgmt/connector",
    access: "management",
    run: ({ project, query }) => {
      if (!project.connectors.delete(query.get("id") ?? "")) throw notFound();
      return nothing;
    },
  },
];

/** All of them, as far as the project has them. */
export const connectorOperations: readonly Operation[] = whereAvailable(operations, "connectorApi");
