import type { Config } from "../config/config.ts";
import { usageError } from "../errors.ts";

type Written = Readonly<Record<string, unknown>>;

/**
 * The config that goes with the function: the operator's as it is written, with the pools and the project that the environment
 * named. What is about this machine is left out: where the state is comes with the secret.
 *
 * @throws MigrationError `ERR_USAGE` when it holds a function, which a file beside the code cannot.
 */
export function functionConfig(written: unknown, { sources, project }: Config): Written {
  const { state: _state, report: _report, ...rest } = written as Written;
  assertData(rest);
  const pools = sources.map(({ userPoolId, region, tenant, tenantName, roleArn, externalId }) => ({
    userPoolId,
    region,
    tenant,
    tenantName,
    roleArn,
    externalId,
  }));
  const { source: _source, sources: _sources, target, ...settings } = rest;
  return { ...settings, sources: pools, target: { ...(target as Written | undefined), ...project } };
}

function assertData(value: unknown): void {
  if (typeof value === "function") {
    throw usageError(
      "the config holds a function, which the emitted one cannot take along",
      "run the gateway in a container, or say the same by rules of the config",
    );
  }
  if (typeof value === "object" && value !== null) Object.values(value).forEach(assertData);
}
