import { SYNC_EVENT } from "@cognito-to-descope/core";
import type { ConfigProblem } from "../../errors.ts";
import type { EnvironmentSettings } from "../env.ts";
import type { WrittenConfig } from "../written-config.ts";

/** What a command cannot do without. */
export interface ConfigNeeds {
  readonly source: boolean;
  readonly target: boolean;
  /** The ID of the project, without its management key. */
  readonly project?: boolean;
  /** The secret that events are signed with: always, or a good one where there is one. */
  readonly events?: boolean | "if-set";
  /** Tokens and app clients for checking passwords. */
  readonly jit?: boolean;
}

/** Everything that the command needs stands in the file or in the environment. */
export function checkComplete(
  written: WrittenConfig,
  environment: EnvironmentSettings,
  needs: ConfigNeeds,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (needs.source) {
    if (written.sources === undefined && (written.source?.userPoolId ?? environment.userPoolId) === undefined) {
      problems.push({
        path: "source.userPoolId",
        message:
          'is missing: set it here or as COGNITO_USER_POOL_ID in the environment; it looks like "us-east-1_AbCdEf123"',
      });
    }
    if (environment.missingAwsKey !== undefined) {
      problems.push({
        path: environment.missingAwsKey,
        message: "is missing in the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together",
      });
    }
  }
  if (needs.target || needs.project === true) {
    if ((written.target?.projectId ?? environment.projectId) === undefined) {
      problems.push({
        path: "target.projectId",
        message: "is missing: set it here or as DESCOPE_PROJECT_ID in the environment",
      });
    }
  }
  if (needs.target) {
    if (environment.managementKey === undefined) {
      problems.push({
        path: "DESCOPE_MANAGEMENT_KEY",
        message: "is missing in the environment: make a key in the Descope console under Company > Management Keys",
      });
    }
  }
  const length = environment.eventsSecret?.reveal().length ?? 0;
  if (needs.events === true || (needs.events === "if-set" && length > 0)) {
    const { minSecretLength } = SYNC_EVENT;
    const make = "make one with `openssl rand -hex 32`, the same for the pool's trigger";
    if (length < minSecretLength) {
      problems.push({
        path: "C2D_EVENTS_SECRET",
        message:
          length === 0
            ? `is missing in the environment: ${make}`
            : `must have at least ${minSecretLength} characters: ${make}`,
      });
    }
  }
  return problems;
}
