import { hasCode, MigrationError } from "@cognito-to-descope/core";

/** Statuses by which a project says that it has no such feature, or not for this licence or key; see `facts.md#connectors`. */
const FEATURE_MISSING: ReadonlySet<number> = new Set([402, 403, 404, 405, 501]);

/**
 * Turns what says that the project has no such feature into the error for it. A refused key stays what it is.
 *
 * @throws MigrationError `ERR_TARGET_FEATURE_MISSING`, and whatever else `work` throws.
 */
export async function unlessFeatureMissing<Result>(operation: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MigrationError) || !isFeatureMissing(error)) throw error;
    throw new MigrationError("ERR_TARGET_FEATURE_MISSING", `the project does not let "${operation}" be done`, {
      ...(error.status === undefined ? {} : { status: error.status }),
      ...(error.vendorCode === undefined ? {} : { vendorCode: error.vendorCode }),
      suggestion:
        "its licence or the role of the management key may not include it: do it in the console, or with Terraform",
      cause: error,
    });
  }
}

function isFeatureMissing(error: MigrationError): boolean {
  if (!hasCode(error, "ERR_TARGET_REFUSED", "ERR_TARGET_UNAUTHORIZED", "ERR_TARGET_NOT_JSON")) return false;
  return error.status !== undefined && FEATURE_MISSING.has(error.status);
}
