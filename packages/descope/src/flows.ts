import { hasCode, MigrationError, parseFlow, writeConsoleFlow } from "@cognito-to-descope/core";
import type { AbortableOptions, FlowDocument, Flows, FlowSummary } from "@cognito-to-descope/core";
import { translateFailure } from "./errors.ts";
import { unlessFeatureMissing } from "./feature-missing.ts";
import { accept, createManagementClient } from "./management-client.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";

const LIST = "/v1/mgmt/flow/list";
const RUN = "/v1/mgmt/flow/run";
const DELETE = "/v1/mgmt/flow/delete";
const EXPORT = "/mgmt/flow/export";
const IMPORT = "/mgmt/flow/import";

/**
 * Reads and writes the flows of a project over its management API, whole, as they are exported. Where the project does not
 * have version 2 of an endpoint, version 1 is called with the console's form.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when an option is not usable.
 */
export function createFlows(options: ProjectTargetOptions): Flows {
  const client = createManagementClient(resolveOptions(options));

  async function post(path: string, body: object, callOptions: AbortableOptions): Promise<Record<string, unknown>> {
    const operation = `POST ${path}`;
    return await unlessFeatureMissing(operation, async () =>
      accept(operation, await client.ask("POST", path, body, callOptions)),
    );
  }

  /** Calls version 2, and version 1 where there is none. What both refuse is refused for the reason of version 2. */
  async function either(
    path: string,
    body: object,
    bodyOfV1: () => object,
    callOptions: AbortableOptions,
  ): Promise<Record<string, unknown>> {
    try {
      return await post(`/v2${path}`, body, callOptions);
    } catch (error) {
      if (!hasCode(error, "ERR_TARGET_FEATURE_MISSING")) throw error;
      try {
        return await post(`/v1${path}`, bodyOfV1(), callOptions);
      } catch (second) {
        throw hasCode(second, "ERR_TARGET_FEATURE_MISSING") ? error : second;
      }
    }
  }

  async function list(callOptions: AbortableOptions): Promise<readonly FlowSummary[]> {
    const { flows } = await post(LIST, {}, callOptions);
    return (Array.isArray(flows) ? flows : []).flatMap((flow: unknown) => {
      const { id, name, description } = (flow ?? {}) as Readonly<Record<string, unknown>>;
      if (typeof id !== "string") return [];
      const text = typeof description === "string" ? description : "";
      return [{ flowId: id, name: typeof name === "string" ? name : id, description: text }];
    });
  }

  return {
    list: (callOptions = {}) => list(callOptions),
    async read(flowId, callOptions = {}) {
      // With which code an unknown flow is refused is not documented, so it is not asked for.
      if (!(await list(callOptions)).some((flow) => flow.flowId === flowId)) return undefined;
      const answer = await either(EXPORT, { flowId }, () => ({ flowId }), callOptions);
      return flowOf(answer);
    },
    async write(document, callOptions = {}) {
      const { flowId } = document;
      const v1 = (): object => ({ flowId, ...writeConsoleFlow({ ...document, references: undefined }) });
      await either(IMPORT, { flow: document }, v1, callOptions);
    },
    run: async (flowId, callOptions = {}) => (await post(RUN, { flowId, options: {} }, callOptions))["output"],
    async delete(flowId, callOptions = {}) {
      await post(DELETE, { ids: [flowId] }, callOptions);
    },
  };
}

function flowOf(answer: Record<string, unknown>): FlowDocument {
  try {
    return parseFlow(answer).document;
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    throw translateFailure({ kind: "unexpected", operation: `POST /v2${EXPORT}`, reason: "answered without the flow" });
  }
}
