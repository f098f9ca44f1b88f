import {
  type ExplainOptions,
  MigrationError,
  OWN_ATTRIBUTES,
  type PlanItem,
  type ProjectUser,
  type Run,
} from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";
import { openTarget } from "../open-target.ts";

/**
 * What a user of a run is explained with: the rules, where they are still those of the plan, and the project itself where it is to
 * be asked.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when the project is to be asked and there is no key for it.
 */
export function explainOptions(config: Config, run: Run, asksProject: boolean): ExplainOptions {
  return {
    rules: config.hash === run.configHash ? config.rules : undefined,
    tenants: run.userPoolIds.map((id) => config.sources.find(({ userPoolId }) => userPoolId === id)?.tenant),
    askTarget: asksProject ? askTarget(config, run) : undefined,
  };
}

function askTarget(config: Config, run: Run): NonNullable<ExplainOptions["askTarget"]> {
  if (config.target === undefined || config.target.projectId !== run.projectId) {
    throw new MigrationError("ERR_CONFIG_INVALID", "there is no management key for the project of the run", {
      suggestion: "set DESCOPE_MANAGEMENT_KEY and DESCOPE_PROJECT_ID where the command or the console is started",
    });
  }
  const target = openTarget(config);
  return async (item, outcome) => {
    const userId = outcome?.userId ?? item.existing?.userId;
    if (userId !== undefined) return target.loadUserById(userId);
    const user = await loadByLoginId(target, item);
    // Somebody else may have the login ID.
    return user?.customAttributes[OWN_ATTRIBUTES.sub] === item.sub ? user : undefined;
  };
}

function loadByLoginId(target: ReturnType<typeof openTarget>, { planned }: PlanItem): Promise<ProjectUser | undefined> {
  return planned === undefined ? Promise.resolve(undefined) : target.loadUser(planned.loginId);
}
