import { translateFailure, vendorCodeOf, VENDOR_CODES } from "./errors.ts";
import type { DescopeSdk, ManagementClient } from "./management-client.ts";
import type { AbortableOptions, ProjectUser } from "@cognito-to-descope/core";
import { fromWireUser } from "./wire-user.ts";

const LOAD = "GET /v1/mgmt/user";

/** A user with whether it is a test user. */
export interface LoadedUser {
  readonly user: ProjectUser;
  readonly test: boolean;
}

/** Reads the user that has a login ID, not by a search; undefined when there is none. */
export function loadUser(
  client: ManagementClient,
  loginId: string,
  options: AbortableOptions,
): Promise<LoadedUser | undefined> {
  // A lone surrogate has no form in a URL; every other way to send it writes it as U+FFFD, so does this one.
  return load(client, loginId.toWellFormed(), (sdk, name) => sdk.management.user.load(name), options);
}

/** Reads the user that has a user ID, not by a search; undefined when there is none. */
export function loadUserById(
  client: ManagementClient,
  userId: string,
  options: AbortableOptions,
): Promise<LoadedUser | undefined> {
  return load(client, userId, (sdk, name) => sdk.management.user.loadByUserId(name), options);
}

async function load(
  client: ManagementClient,
  name: string,
  call: (sdk: DescopeSdk, name: string) => ReturnType<DescopeSdk["management"]["user"]["load"]>,
  options: AbortableOptions,
): Promise<LoadedUser | undefined> {
  if (name === "") return undefined;
  const result = await client.run((sdk) => call(sdk, name), options);
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
