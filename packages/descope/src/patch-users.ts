import { hasCode } from "@cognito-to-descope/core";
import type {
  AbortableOptions,
  BatchAnswer,
  ProjectUser,
  ProjectUserPatch,
  RefusedUser,
} from "@cognito-to-descope/core";
import { readBatchAnswer } from "./batch-answer.ts";
import { translateFailure, vendorCodeOf, vendorTextOf, VENDOR_CODES } from "./errors.ts";
import { accept } from "./management-client.ts";
import type { ManagementClient } from "./management-client.ts";
import { fromWireUser, toWirePatch } from "./wire-user.ts";

const PATCH_BATCH = "/v1/mgmt/user/patch/batch";
const PATCH = "/v1/mgmt/user/patch";

/** How many requests about single users are under way at once. */
const AT_ONCE = 8;

/** Sends patches, in one batch where the project has that. */
export interface PatchSender {
  send(patches: readonly ProjectUserPatch[], options: AbortableOptions): Promise<BatchAnswer>;
}

/** Makes the sender of a client; it remembers when there is no batch patch. */
export function createPatchSender(client: ManagementClient): PatchSender {
  let batches = true;

  async function patchBatch(
    patches: readonly ProjectUserPatch[],
    options: AbortableOptions,
  ): Promise<BatchAnswer | undefined> {
    try {
      // Not through the SDK: it leaves out `name` and `additionalLoginIds`.
      const answer = await client.ask("PATCH", PATCH_BATCH, { users: patches.map(toWirePatch) }, options);
      const missing = answer.status === 404 || answer.status === 405;
      if (missing && vendorCodeOf(answer.body) === VENDOR_CODES.userNotFound) return undefined;
      if (!missing) return readBatchAnswer(client, patches, accept(`PATCH ${PATCH_BATCH}`, answer), "patchedUsers");
      if (vendorCodeOf(answer.body) === VENDOR_CODES.projectNotFound) accept(`PATCH ${PATCH_BATCH}`, answer);
    } catch (error) {
      // A route that does not exist may be answered by a front end, without JSON.
      if (!hasCode(error, "ERR_TARGET_NOT_JSON") || (error.status !== 404 && error.status !== 405)) throw error;
    }
    batches = false;
    client.options.onEvent({ type: "batch-patch-missing" });
    return undefined;
  }

  async function patchSingly(patches: readonly ProjectUserPatch[], options: AbortableOptions): Promise<BatchAnswer> {
    const done: ProjectUser[] = [];
    const refused: RefusedUser[] = [];
    await forEachAtOnce(patches, async (patch) => {
      const { ok, status, body } = await client.ask("PATCH", PATCH, toWirePatch(patch), options);
      if (ok) {
        done.push(fromWireUser((body as { user?: unknown }).user));
        return;
      }
      const vendorCode = vendorCodeOf(body);
      const error = translateFailure({ kind: "refused", operation: `PATCH ${PATCH}`, status, vendorCode });
      if (error.code !== "ERR_TARGET_REFUSED") throw error;
      refused.push({ loginIds: [patch.loginId], reason: vendorTextOf(body) });
    });
    return { done, refused };
  }

  return {
    send: async (patches, options) =>
      (batches ? await patchBatch(patches, options) : undefined) ?? (await patchSingly(patches, options)),
  };
}

/** Works through a list, a few at once. All are over before the first failure is passed on: nothing goes on behind it. */
export async function forEachAtOnce<T>(list: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = list.values();
  let failed = false;
  async function worker(): Promise<void> {
    for (const item of queue) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, list.length) }, worker));
  const failure = ends.find((end) => end.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
