import type { AbortableOptions } from "@cognito-to-descope/core";
import { translateFailure, vendorCodeOf, VENDOR_CODES } from "./errors.ts";
import { loadUser } from "./load-user.ts";
import type { ManagementClient } from "./management-client.ts";

const DELETE = "/v1/mgmt/user/delete";

/**
 * Removes the test user with this login ID, if there is one. Never anybody else: only a user that the project itself
 * calls a test user, and by its user ID.
 *
 * Takes no signal: what was made is removed after an abort too.
 *
 * @param quiet - Another error is on its way already: one from here is an event, not an exception.
 */
export async function removeTestUser(client: ManagementClient, loginId: string, quiet: boolean): Promise<void> {
  let userId = "";
  try {
    const found = await loadUser(client, loginId, {});
    if (found === undefined || !found.test) return;
    ({ userId } = found.user);
    await deleteUser(client, userId);
  } catch (error) {
    client.options.onEvent({ type: "test-user-left", userId });
    if (!quiet) throw error;
  }
}

/** Deletes a user by its user ID. That it is gone already counts as done. */
export async function deleteUser(
  client: ManagementClient,
  userId: string,
  options: AbortableOptions = {},
): Promise<void> {
  if (userId === "") return;
  const { ok, status, body } = await client.ask("POST", DELETE, { userId }, options);
  const vendorCode = vendorCodeOf(body);
  if (ok || vendorCode === VENDOR_CODES.userNotFound) return;
  throw translateFailure({ kind: "refused", operation: `POST ${DELETE}`, status, vendorCode });
}
