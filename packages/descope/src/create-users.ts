import type { AbortableOptions, BatchAnswer, NewProjectUser } from "@cognito-to-descope/core";
import { checkSize, readBatchAnswer } from "./batch-answer.ts";
import type { DescopeSdk, ManagementClient } from "./management-client.ts";
import { toWireUser } from "./wire-user.ts";

const CREATE_BATCH = "POST /v1/mgmt/user/create/batch";

type BatchItems = Parameters<DescopeSdk["management"]["user"]["createBatch"]>[0];

/** Creates users in one batch, without inviting anybody. */
export async function createUsers(
  client: ManagementClient,
  users: readonly NewProjectUser[],
  options: AbortableOptions,
): Promise<BatchAnswer> {
  checkSize(client, users.length);
  if (users.length === 0) return { done: [], refused: [] };
  const items = users.map((user) => {
    const item = toWireUser(user);
    // The SDK writes `roles` over `roleNames`, and leaves every field alone that it does not know.
    if (item["roleNames"] !== undefined) item["roles"] = item["roleNames"];
    return item;
  });
  const answer: unknown = await client.call(
    CREATE_BATCH,
    (sdk) => sdk.management.user.createBatch(items as unknown as BatchItems),
    options,
  );
  return readBatchAnswer(client, users, answer, "createdUsers");
}
