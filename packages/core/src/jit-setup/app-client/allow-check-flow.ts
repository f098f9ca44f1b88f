import type { CognitoSettings } from "../../ports/pool-settings.ts";
import { AUTH_FLOWS, type CheckFlow, LEGACY_AUTH_FLOWS } from "../jit-setup-options.ts";

/** What a client allows that names no flow. Naming one takes the others away, so they are named too. */
const FLOWS_BY_DEFAULT: readonly string[] = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];

/** Flows of a client, those that it has by default included. */
export function flowsOf(settings: CognitoSettings): readonly string[] {
  const flows = settings["ExplicitAuthFlows"];
  if (!Array.isArray(flows) || flows.length === 0) return FLOWS_BY_DEFAULT;
  return flows.filter((flow): flow is string => typeof flow === "string");
}

/** Whether a client allows passwords to be checked so. */
export function allowsCheck(settings: CognitoSettings, flow: CheckFlow): boolean {
  const flows = flowsOf(settings);
  return flows.includes(AUTH_FLOWS[flow]) || flows.includes(LEGACY_AUTH_FLOWS[flow]);
}

/** The settings with the flow allowed, and nothing else changed: Cognito replaces all settings, so all are in here. */
export function allowCheckFlow(settings: CognitoSettings, flow: CheckFlow): CognitoSettings {
  if (allowsCheck(settings, flow)) return settings;
  const flows = flowsOf(settings);
  // The two generations of names cannot be mixed.
  const isLegacy = flows.every((name) => !name.startsWith("ALLOW_"));
  return { ...settings, ExplicitAuthFlows: [...flows, (isLegacy ? LEGACY_AUTH_FLOWS : AUTH_FLOWS)[flow]] };
}
