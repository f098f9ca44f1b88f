import { hasCode } from "../errors.ts";

/** Whether the project answered that it does not offer this, by its licence or to this key. */
export function isRefusal(error: unknown): boolean {
  return hasCode(error, "ERR_TARGET_FEATURE_MISSING");
}
