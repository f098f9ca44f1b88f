import type { AbortableOptions, BatchAnswer, NewCredentialedUser, NewProjectUser } from "@cognito-to-descope/core";
import { checkSize, readBatchAnswer } from "./batch-answer.ts";
import { accept } from "./management-client.ts";
import type { DescopeSdk, ManagementClient } from "./management-client.ts";
import { toWireUser } from "./wire-user.ts";

const CREATE_BATCH_PATH = "/v1/mgmt/user/create/batch";
const CREATE_BATCH = `POST ${CREATE_BATCH_PATH}`;

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

/**
 * Creates users with their passwords in one batch, without inviting anybody.
 *
 * Not through the SDK: somebody waits for it, and a call by itself costs less.
 */
export async function createCredentialedUsers(
  client: ManagementClient,
  users: readonly NewCredentialedUser[],
  options: AbortableOptions,
): Promise<BatchAnswer> {
  checkSize(client, users.length);
  if (users.length === 0) return { done: [], refused: [] };
  const items = users.map(({ user, password }) => {
    const item = toWireUser(user);
    if (password !== undefined) item["password"] = password;
    return item;
  });
  const answer = await client.ask("POST", CREATE_BATCH_PATH, { users: items }, options);
  return readBatchAnswer(
    client,
    users.map(({ user }) => user),
    accept(CREATE_BATCH, answer),
    "createdUsers",
  );
}
