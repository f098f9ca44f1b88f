import { hasCode, MigrationError } from "@cognito-to-descope/core";
import type { AbortableOptions, Connector, Connectors } from "@cognito-to-descope/core";
import { translateFailure } from "./errors.ts";
import { accept, createManagementClient } from "./management-client.ts";
import type { AskOptions } from "./management-client.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";

const PATH = "/v1/mgmt/connector";
const EXPORT_PATH = "/v1/mgmt/project/snapshot/export";

/** Statuses by which a project says that it has no such feature, or not for this licence or key; see `facts.md#connectors`. */
const FEATURE_MISSING: ReadonlySet<number> = new Set([402, 403, 404, 405, 501]);

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
    return await unlessMissing(operation, async () =>
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
        const { files } = await unlessMissing(operation, async () =>
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

/** Turns what says that the project has no such feature into the error for it. A refused key stays what it is. */
async function unlessMissing<Result>(operation: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MigrationError) || !isFeatureMissing(error)) throw error;
    throw new MigrationError("ERR_TARGET_FEATURE_MISSING", `the project does not let "${operation}" be done`, {
      ...(error.status === undefined ? {} : { status: error.status }),
      ...(error.vendorCode === undefined ? {} : { vendorCode: error.vendorCode }),
      suggestion:
        "its licence or the role of the management key may not include it: make it in the console, or with Terraform",
      cause: error,
    });
  }
}

function isFeatureMissing(error: MigrationError): boolean {
  if (!hasCode(error, "ERR_TARGET_REFUSED", "ERR_TARGET_UNAUTHORIZED", "ERR_TARGET_NOT_JSON")) return false;
  return error.status !== undefined && FEATURE_MISSING.has(error.status);
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
