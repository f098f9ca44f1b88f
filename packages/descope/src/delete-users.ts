import { hasCode } from "@cognito-to-descope/core";
import type { AbortableOptions } from "@cognito-to-descope/core";
import { accept } from "./management-client.ts";
import type { ManagementClient } from "./management-client.ts";
import { forEachAtOnce } from "./patch-users.ts";
import { deleteUser } from "./remove-test-user.ts";

const DELETE_BATCH = "/v1/mgmt/user/delete/batch";

/**
 * Deletes users by user ID, in one call where the project takes that. A user that is gone already counts as done.
 *
 * What a batch does with a user ID that names nobody is documented nowhere: where it refuses the batch, users are deleted
 * one by one.
 */
export async function deleteUsers(
  client: ManagementClient,
  userIds: readonly string[],
  options: AbortableOptions,
): Promise<void> {
  const wanted = [...new Set(userIds)].filter((userId) => userId !== "");
  if (wanted.length === 0) return;
  try {
    accept(`POST ${DELETE_BATCH}`, await client.ask("POST", DELETE_BATCH, { userIds: wanted }, options));
    return;
  } catch (error) {
    const noBatch = hasCode(error, "ERR_TARGET_NOT_JSON") && (error.status === 404 || error.status === 405);
    if (!noBatch && !hasCode(error, "ERR_TARGET_REFUSED")) throw error;
  }
  await forEachAtOnce(wanted, (userId) => deleteUser(client, userId, options));
}
