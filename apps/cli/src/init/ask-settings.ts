import { MigrationError } from "@cognito-to-descope/core";
import type { Invocation } from "../invocation.ts";
import type { InitSettings } from "./settings.ts";

interface Question {
  readonly key: keyof InitSettings;
  readonly message: string;
  readonly placeholder: string;
}

const QUESTIONS: readonly Question[] = [
  { key: "userPoolId", message: "User pool ID", placeholder: "us-east-1_AbCdEf123; empty: COGNITO_USER_POOL_ID" },
  { key: "profile", message: "AWS profile", placeholder: "empty: the environment, or the default profile" },
  { key: "projectId", message: "Descope project ID", placeholder: "P2abc…; empty: DESCOPE_PROJECT_ID" },
  { key: "tenant", message: "Descope tenant for all users of the pool", placeholder: "empty: none" },
];

/**
 * Asks for the settings that the options leave open.
 *
 * @throws MigrationError `ERR_ABORTED` when the questions are cancelled.
 */
export async function askSettings({ host }: Invocation, options: InitSettings): Promise<InitSettings> {
  const { isCancel, text } = await import("@clack/prompts");
  const settings: Record<keyof InitSettings, string | undefined> = {
    userPoolId: options.userPoolId,
    region: options.region,
    profile: options.profile,
    roleArn: options.roleArn,
    endpoint: options.endpoint,
    tenant: options.tenant,
    projectId: options.projectId,
    baseUrl: options.baseUrl,
  };
  for (const { key, message, placeholder } of QUESTIONS) {
    if (settings[key] !== undefined) continue;
    const answer = await text({
      message,
      placeholder,
      defaultValue: "",
      input: host.stdin,
      output: host.stderr,
      signal: host.signal,
    });
    if (isCancel(answer)) throw new MigrationError("ERR_ABORTED", "cancelled, and nothing was written");
    settings[key] = answer.trim() || undefined;
  }
  return settings;
}
