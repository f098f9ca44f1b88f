import { hasCode } from "@cognito-to-descope/core";
import type { AbortableOptions, ProjectPasswordPolicy } from "@cognito-to-descope/core";
import { accept } from "./management-client.ts";
import type { ManagementClient } from "./management-client.ts";

const SETTINGS = "/v1/mgmt/password/settings";
const POLICY = "/v1/auth/password/policy";

/**
 * Reads what the project asks of a password: from its settings, or where the key may not read those, from the shorter policy that
 * sign-in pages read.
 */
export async function readPasswordPolicy(
  client: ManagementClient,
  options: AbortableOptions,
): Promise<ProjectPasswordPolicy> {
  try {
    return toPolicy(accept(`GET ${SETTINGS}`, await client.ask("GET", SETTINGS, undefined, options)));
  } catch (error) {
    if (!hasCode(error, "ERR_TARGET_REFUSED", "ERR_TARGET_UNAUTHORIZED", "ERR_TARGET_NOT_JSON")) throw error;
    return toPolicy(accept(`GET ${POLICY}`, await client.ask("GET", POLICY, undefined, options)));
  }
}

/** What an answer does not say is not asked for; what the project refuses all the same, it says itself. */
function toPolicy(wire: Readonly<Record<string, unknown>>): ProjectPasswordPolicy {
  const asksStrength = wire["enablePasswordStrength"] === true || wire["strengthScoreEnabled"] === true;
  const score = wire["passwordStrengthScore"] ?? wire["strengthScore"];
  return {
    enabled: wire["enabled"] !== false,
    minLength: whole(wire["minLength"]),
    lowercase: wire["lowercase"] === true,
    uppercase: wire["uppercase"] === true,
    number: wire["number"] === true,
    nonAlphanumeric: wire["nonAlphanumeric"] === true,
    anyLetter: wire["anyLetter"] === true,
    disallowedCharacters: typeof wire["disallowedCharacters"] === "string" ? wire["disallowedCharacters"] : "",
    disallowEmailMatch: wire["disallowEmailMatch"] === true,
    ...(asksStrength ? { strengthScore: whole(score) } : {}),
  };
}

/** Some answers carry integers as text. */
function whole(value: unknown): number {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : 0;
}
