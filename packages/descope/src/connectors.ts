import { hasCode } from "@cognito-to-descope/core";
import type { AbortableOptions, Connector, Connectors } from "@cognito-to-descope/core";
import { translateFailure } from "./errors.ts";
import { unlessFeatureMissing } from "./feature-missing.ts";
import { accept, createManagementClient } from "./management-client.ts";
import type { AskOptions } from "./management-client.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";

const PATH = "/v1/mgmt/connector";
const UPDATE_PATH = "/v1/mgmt/connector/update";
const EXPORT_PATH = "/v1/mgmt/project/snapshot/export";

/**
 * Reads and writes the connectors of a project over its management API.
 *
 * They are listed from a snapshot of the project, because there is no endpoint that lists them.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when an option is not usable.
 */
export function createConnectors(options: ProjectTargetOptions): Connectors {
  const client = createManagementClient(resolveOptions(options));

  async function ask(
    method: string,
    body: object | undefined,
    askOptions: AskOptions,
    path: string = PATH,
  ): Promise<Record<string, unknown>> {
    const operation = `${method} ${path}`;
    return await unlessFeatureMissing(operation, async () =>
      accept(operation, await client.ask(method, path, body, askOptions)),
    );
  }

  /** What was written; an answer without it says nothing about whether it was. */
  function written(operation: string, answer: Record<string, unknown>): Connector {
    const connector = connectorOf(answer);
    if (connector?.id !== undefined) return connector;
    throw translateFailure({ kind: "unexpected", operation, reason: "answered without the connector" });
  }

  async function update(connector: Connector, callOptions: AbortableOptions): Promise<Connector> {
    try {
      return written(`POST ${UPDATE_PATH}`, await ask("POST", connector, callOptions, UPDATE_PATH));
    } catch (error) {
      if (!hasCode(error, "ERR_TARGET_FEATURE_MISSING") || error.status === 403) throw error;
      // Another revision of the same API has the method of HTTP for it.
      return written(`PUT ${PATH}`, await ask("PUT", connector, callOptions));
    }
  }

  return {
    async list(callOptions = {}) {
      const operation = `POST ${EXPORT_PATH}`;
      try {
        const { files } = await unlessFeatureMissing(operation, async () =>
          accept(operation, await client.ask("POST", EXPORT_PATH, {}, callOptions)),
        );
        return connectorFiles(files);
      } catch (error) {
        if (hasCode(error, "ERR_TARGET_FEATURE_MISSING")) return undefined;
        throw error;
      }
    },
    async read(id, callOptions = {}) {
      try {
        return connectorOf(await ask("GET", undefined, { ...callOptions, query: { id } }));
      } catch (error) {
        // No such connector and no such route are both 404.
        if (hasCode(error, "ERR_TARGET_FEATURE_MISSING")) return undefined;
        throw error;
      }
    },
    create: async (connector, callOptions = {}) => written(`POST ${PATH}`, await ask("POST", connector, callOptions)),
    update: (connector, callOptions = {}) => update(connector, callOptions),
    async delete(id, callOptions = {}) {
      try {
        await ask("DELETE", undefined, { ...callOptions, query: { id } });
      } catch (error) {
        if (hasCode(error, "ERR_TARGET_FEATURE_MISSING") && error.status === 404) return;
        throw error;
      }
    },
  };
}

/** The connectors among the files of a snapshot: each in a file of its own beside an index. */
function connectorFiles(files: unknown): readonly Connector[] {
  if (typeof files !== "object" || files === null) return [];
  return Object.entries(files).flatMap(([path, content]) => {
    if (!/^connectors\/[^/]+\.json$/.test(path) || path === "connectors/connectors.json") return [];
    return connectorOf(typeof content === "string" ? parse(content) : content) ?? [];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function connectorOf(wire: unknown): Connector | undefined {
  if (typeof wire !== "object" || wire === null) return undefined;
  const { id, name, description, type, configuration, ...rest } = wire as Readonly<Record<string, unknown>>;
  if (typeof name !== "string" || typeof type !== "string") return undefined;
  return {
    ...rest,
    name,
    type,
    configuration: typeof configuration === "object" && configuration !== null ? { ...configuration } : {},
    ...(typeof id === "string" && id !== "" ? { id } : {}),
    ...(typeof description === "string" ? { description } : {}),
  };
}
