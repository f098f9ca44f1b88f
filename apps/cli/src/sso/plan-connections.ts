import { planSso, type ReadConnections, type SsoPlan, type SsoRecord } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import type { Invocation } from "../invocation.ts";
import { systemClock, systemDigest } from "../system.ts";
import type { SsoSession } from "./open-sso.ts";

/** Makes the plan of what was read, for the project as it is now. */
export async function planConnections(
  { host }: Invocation,
  config: Config,
  { target, project }: SsoSession,
  read: ReadConnections,
  records: readonly SsoRecord[],
): Promise<SsoPlan> {
  return planSso({
    read,
    target,
    project: await project.readSnapshot({ signal: host.signal }),
    records,
    sso: config.sso.options,
    rules: config.rules,
    digest: systemDigest,
    now: systemClock.now(),
    signal: host.signal,
  });
}
