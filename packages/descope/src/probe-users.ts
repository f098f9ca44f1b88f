import type { AbortableOptions, BatchAnswer, NewProjectUser } from "@cognito-to-descope/core";
import { loadUser } from "./load-user.ts";
import { accept } from "./management-client.ts";
import type { ManagementClient } from "./management-client.ts";
import { deleteUser } from "./remove-test-user.ts";
import { toWireUser } from "./wire-user.ts";
import { readBatchAnswer } from "./batch-answer.ts";

const CREATE_BATCH = "/v1/mgmt/user/create/batch";
const DELETE_BATCH = "/v1/mgmt/user/delete/batch";

/** Test users of one probe. */
export interface ProbeUsers {
  /** Random text that all their login IDs hold, and nobody else's. */
  readonly token: string;
  /** Makes up a user that can be created. */
  invent(purpose: string, fields: Partial<NewProjectUser>): NewProjectUser;
  /** Creates test users in one batch. */
  create(users: readonly NewProjectUser[], options: AbortableOptions): Promise<BatchAnswer>;
  /**
   * Removes every user that was asked for and is there, by user ID. Takes no signal: it runs after an abort too.
   *
   * @param quiet - Another error is on its way already: one from here is an event, not an exception.
   */
  removeAll(quiet: boolean): Promise<void>;
}

/** Makes the users of one probe. */
export function createProbeUsers(client: ManagementClient): ProbeUsers {
  const { random, onEvent } = client.options;
  const token = Array.from({ length: 20 }, () => Math.floor(random() * 36).toString(36)).join("");
  const userIds = new Set<string>();
  /** Login IDs whose batch has no answer that names a user ID. */
  const inDoubt = new Set<string>();

  async function removeAll(): Promise<void> {
    for (const loginId of inDoubt) {
      const found = await loadUser(client, loginId, {});
      if (found !== undefined) userIds.add(found.user.userId);
    }
    const left = [...userIds].filter((userId) => userId !== "");
    if (left.length === 0) return;
    const answer = await client.ask("POST", DELETE_BATCH, { userIds: left });
    if (answer.ok) return;
    for (const userId of left) await deleteUser(client, userId);
  }

  return {
    token,
    invent(purpose, fields) {
      const loginId = `c2d-probe-${token}-${purpose}@example.com`;
      return {
        loginId,
        additionalLoginIds: [],
        email: loginId,
        verifiedEmail: true,
        verifiedPhone: false,
        status: "enabled",
        roleNames: [],
        userTenants: [],
        customAttributes: {},
        ...fields,
      };
    },
    async create(users, options) {
      for (const { loginId } of users) inDoubt.add(loginId);
      const items = users.map((user) => ({ ...toWireUser(user), test: true }));
      const answer = await client.ask("POST", CREATE_BATCH, { users: items }, options);
      if (!answer.ok && answer.status < 500) for (const { loginId } of users) inDoubt.delete(loginId);
      const batch = readBatchAnswer(client, users, accept(`POST ${CREATE_BATCH}`, answer), "createdUsers");
      for (const { userId, loginIds } of batch.done) {
        if (userId === "") continue;
        userIds.add(userId);
        for (const loginId of loginIds) inDoubt.delete(loginId);
      }
      for (const { loginIds } of batch.refused) for (const loginId of loginIds) inDoubt.delete(loginId);
      return batch;
    },
    async removeAll(quiet) {
      try {
        await removeAll();
      } catch (error) {
        onEvent({ type: "test-user-left", userId: [...userIds][0] ?? "" });
        if (!quiet) throw error;
      }
    },
  };
}
