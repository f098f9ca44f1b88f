import { translateFailure, vendorCodeOf, VENDOR_CODES } from "./errors.ts";
import type { ManagementClient } from "./management-client.ts";
import type { AbortableOptions, ProjectUser } from "@cognito-to-descope/core";
import { fromWireUser } from "./wire-user.ts";

const LOAD = "GET /v1/mgmt/user";

/** A user with whether it is a test user. */
export interface LoadedUser {
  readonly user: ProjectUser;
  readonly test: boolean;
}

/** Reads the user that has a login ID, not by a search; undefined when there is none. */
export async function loadUser(
  client: ManagementClient,
  loginId: string,
  options: AbortableOptions,
): Promise<LoadedUser | undefined> {
  if (loginId === "") return undefined;
  // A lone surrogate has no form in a URL; every other way to send it writes it as U+FFFD, so does this one.
  const result = await client.run((sdk) => sdk.management.user.load(loginId.toWellFormed()), options);
  if (result.ok) {
    if (typeof result.data !== "object" || result.data === null) return undefined;
    return { user: fromWireUser(result.data), test: (result.data as { test?: unknown }).test === true };
  }
  const status = result.code ?? 0;
  const vendorCode = vendorCodeOf(result.error);
  const error = translateFailure({ kind: "refused", operation: LOAD, status, vendorCode });
  // A 404 without a code of the API's comes from something else, which knows nothing about users.
  const absent = vendorCode === VENDOR_CODES.userNotFound || (status === 404 && vendorCode !== undefined);
  if (absent && error.code === "ERR_TARGET_REFUSED") return undefined;
  throw error;
}
