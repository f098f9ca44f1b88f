import type {
  AbortableOptions,
  BatchAnswer,
  ProjectUser,
  ProjectUserPatch,
  RefusedUser,
} from "@cognito-to-descope/core";
import { foldLoginId } from "@cognito-to-descope/core";
import { checkSize } from "./batch-answer.ts";
import { loadUser } from "./load-user.ts";
import type { ManagementClient } from "./management-client.ts";
import { createPatchSender, forEachAtOnce } from "./patch-users.ts";
import { removeLeftovers } from "./remove-leftovers.ts";
import type { UserSearch } from "./search-users.ts";

/** Patches users, so that each is as its patch says, whatever a patch means to the project. */
export interface UserPatcher {
  patch(patches: readonly ProjectUserPatch[], options: AbortableOptions): Promise<BatchAnswer>;
}

/**
 * Makes the patcher of a client.
 *
 * What a patch does with lists and attributes is not documented; see `facts.md#patches`:
 *
 * 1. Lists that the project adds to instead of replacing them show in the answer, and what is too many is removed.
 * 2. Whether the attributes that a patch does not name stay, or go, is found out with the first user that has any. If
 *    they went, they are put back at once, and from then on every patch carries the attributes that are to stay.
 */
export function createUserPatcher(client: ManagementClient, search: UserSearch): UserPatcher {
  const sender = createPatchSender(client);
  let unnamedAttributes: "unknown" | "stay" | "go" = "unknown";

  async function findOut(patches: readonly ProjectUserPatch[], options: AbortableOptions): Promise<void> {
    const naming = patches.filter(({ customAttributes }) => Object.keys(customAttributes ?? {}).length > 0);
    if (naming.length === 0) return;
    const found = await search.find(
      naming.map(({ loginId }) => loginId),
      options,
    );
    const byLoginId = new Map(
      found.flatMap((user) => user.loginIds.map((loginId) => [foldLoginId(loginId), user] as const)),
    );
    for (const patch of naming) {
      const seen = byLoginId.get(foldLoginId(patch.loginId));
      if (seen === undefined || unnamed(seen, patch).length === 0) continue;
      // Searches lag behind writes, and what is put back must not be old.
      const before = (await loadUser(client, patch.loginId, options))?.user;
      if (before === undefined || unnamed(before, patch).length === 0) continue;
      // Not to be broken off: what goes must be put back.
      const { done } = await sender.send([patch], {});
      if (done.length === 0) continue;
      const after = (await loadUser(client, patch.loginId, {}))?.user;
      if (after === undefined) continue;
      unnamedAttributes = unnamed(before, patch).every((name) => Object.hasOwn(after.customAttributes, name))
        ? "stay"
        : "go";
      if (unnamedAttributes === "go") await sender.send([complete(patch, before)], {});
      return;
    }
  }

  /** The patches with the attributes that are to stay. */
  async function completeAll(
    patches: readonly ProjectUserPatch[],
    options: AbortableOptions,
  ): Promise<readonly ProjectUserPatch[]> {
    const completed = [...patches];
    await forEachAtOnce([...patches.entries()], async ([index, patch]) => {
      if (patch.customAttributes === undefined) return;
      const before = await loadUser(client, patch.loginId, options);
      if (before !== undefined) completed[index] = complete(patch, before.user);
    });
    return completed;
  }

  async function settle(
    patches: readonly ProjectUserPatch[],
    answer: BatchAnswer,
    options: AbortableOptions,
  ): Promise<BatchAnswer> {
    const byLoginId = new Map(patches.map((patch) => [foldLoginId(patch.loginId), patch]));
    const done: ProjectUser[] = [];
    const refused: RefusedUser[] = [...answer.refused];
    for (const user of answer.done) {
      const patch = user.loginIds
        .map((loginId) => byLoginId.get(foldLoginId(loginId)))
        .find((found) => found !== undefined);
      const settled = patch === undefined ? user : await removeLeftovers(client, patch, user, options);
      if ("reason" in settled) refused.push(settled);
      else done.push(settled);
    }
    return { done, refused };
  }

  return {
    async patch(patches, options) {
      checkSize(client, patches.length);
      if (patches.length === 0) return { done: [], refused: [] };
      if (unnamedAttributes === "unknown") await findOut(patches, options);
      const sent = (unnamedAttributes as string) === "go" ? await completeAll(patches, options) : patches;
      return settle(patches, await sender.send(sent, options), options);
    },
  };
}

/** Attributes that a user has and a patch does not name. */
function unnamed({ customAttributes }: ProjectUser, patch: ProjectUserPatch): readonly string[] {
  return Object.keys(customAttributes).filter((name) => !Object.hasOwn(patch.customAttributes ?? {}, name));
}

function complete(patch: ProjectUserPatch, { customAttributes }: ProjectUser): ProjectUserPatch {
  return { ...patch, customAttributes: { ...customAttributes, ...patch.customAttributes } };
}
