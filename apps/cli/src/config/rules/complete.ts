import type { ConfigProblem } from "../../errors.ts";
import type { EnvironmentSettings } from "../env.ts";
import type { WrittenConfig } from "../written-config.ts";

/** What a command cannot do without. */
export interface ConfigNeeds {
  readonly source: boolean;
  readonly target: boolean;
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
  if (needs.target) {
    if ((written.target?.projectId ?? environment.projectId) === undefined) {
      problems.push({
        path: "target.projectId",
        message: "is missing: set it here or as DESCOPE_PROJECT_ID in the environment",
      });
    }
    if (environment.managementKey === undefined) {
      problems.push({
        path: "DESCOPE_MANAGEMENT_KEY",
        message: "is missing in the environment: make a key in the Descope console under Company > Management Keys",
      });
    }
  }
  return problems;
}
