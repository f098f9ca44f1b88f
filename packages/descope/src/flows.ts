import { MigrationError, parseFlow } from "@cognito-to-descope/core";
import type { AbortableOptions, Flows } from "@cognito-to-descope/core";
import { translateFailure } from "./errors.ts";
import { accept, createManagementClient } from "./management-client.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";
import { unlessFeatureMissing } from "./feature-missing.ts";

const LIST = "/v1/mgmt/flow/list";
const EXPORT = "/v2/mgmt/flow/export";
const IMPORT = "/v2/mgmt/flow/import";
const RUN = "/v1/mgmt/flow/run";
const DELETE = "/v1/mgmt/flow/delete";

/**
 * Reads and writes the flows of a project over its management API, whole, as they are exported.
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

  async function list(
    callOptions: AbortableOptions,
  ): Promise<readonly { readonly flowId: string; readonly name: string }[]> {
    const { flows } = await post(LIST, {}, callOptions);
    return (Array.isArray(flows) ? flows : []).flatMap((flow: unknown) => {
      const { id, name } = (flow ?? {}) as { readonly id?: unknown; readonly name?: unknown };
      return typeof id === "string" ? [{ flowId: id, name: typeof name === "string" ? name : id }] : [];
    });
  }

  return {
    list: (callOptions = {}) => list(callOptions),
    async read(flowId, callOptions = {}) {
      // With which code an unknown flow is refused is not documented, so it is not asked for.
      if (!(await list(callOptions)).some((flow) => flow.flowId === flowId)) return undefined;
      const { flow } = await post(EXPORT, { flowId }, callOptions);
      try {
        return parseFlow(flow).document;
      } catch (error) {
        if (!(error instanceof MigrationError)) throw error;
        throw translateFailure({
          kind: "unexpected",
          operation: `POST ${EXPORT}`,
          reason: "answered without the flow",
        });
      }
    },
    async write(document, callOptions = {}) {
      await post(IMPORT, { flow: document }, callOptions);
    },
    run: async (flowId, callOptions = {}) => (await post(RUN, { flowId, options: {} }, callOptions))["output"],
    async delete(flowId, callOptions = {}) {
      await post(DELETE, { ids: [flowId] }, callOptions);
    },
  };
}
