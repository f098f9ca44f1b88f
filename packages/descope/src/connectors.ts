import { hasCode } from "@cognito-to-descope/core";
import type { AbortableOptions, Connector, Connectors } from "@cognito-to-descope/core";
import { translateFailure } from "./errors.ts";
import { unlessFeatureMissing } from "./feature-missing.ts";
import { accept, createManagementClient } from "./management-client.ts";
import type { AskOptions } from "./management-client.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";

const PATH = "/v1/mgmt/connector";
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
  ): Promise<Record<string, unknown>> {
    const operation = `${method} ${PATH}`;
    return await unlessFeatureMissing(operation, async () =>
      accept(operation, await client.ask(method, PATH, body, askOptions)),
    );
  }

  async function write(method: string, connector: Connector, callOptions: AbortableOptions): Promise<Connector> {
    const written = connectorOf(await ask(method, connector, callOptions));
    if (written?.id === undefined) {
      const operation = `${method} ${PATH}`;
      throw translateFailure({ kind: "unexpected", operation, reason: "answered without the connector" });
    }
    return written;
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
    create: (connector, callOptions = {}) => write("POST", connector, callOptions),
    update: (connector, callOptions = {}) => write("PUT", connector, callOptions),
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
