import { foldLoginId, hasCode } from "@cognito-to-descope/core";
import type {
  AbortableOptions,
  BatchAnswer,
  NewProjectUser,
  ProjectUser,
  ProjectUserPatch,
  RefusedUser,
} from "@cognito-to-descope/core";
import { translateFailure, vendorCodeOf, vendorTextOf, VENDOR_CODES } from "./errors.ts";
import { accept } from "./management-client.ts";
import type { DescopeSdk, ManagementClient } from "./management-client.ts";
import { fromWireUser, loginIdsOf, toWirePatch, toWireUser } from "./wire-user.ts";

const CREATE_BATCH = "POST /v1/mgmt/user/create/batch";
const PATCH_BATCH = "/v1/mgmt/user/patch/batch";
const PATCH = "/v1/mgmt/user/patch";

/** How many single patches are under way at once, where there is no batch. */
const PATCHES_AT_ONCE = 8;

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
    // The SDK writes `roles` as `roleNames`, and leaves every field alone that it does not know.
    const { roleNames, ...item } = toWireUser(user);
    return roleNames === undefined ? item : { ...item, roles: roleNames };
  });
  const answer: unknown = await client.call(
    CREATE_BATCH,
    (sdk) => sdk.management.user.createBatch(items as unknown as BatchItems),
    options,
  );
  return readBatchAnswer(client, users, answer, "createdUsers");
}

/** Patches users, in one batch where the project has that. */
export interface UserPatcher {
  patch(patches: readonly ProjectUserPatch[], options: AbortableOptions): Promise<BatchAnswer>;
}

/** Makes the patcher of a client; it remembers when there is no batch patch. */
export function createUserPatcher(client: ManagementClient): UserPatcher {
  let batches = true;

  async function patchBatch(
    patches: readonly ProjectUserPatch[],
    options: AbortableOptions,
  ): Promise<BatchAnswer | undefined> {
    try {
      // Not through the SDK: it leaves out `name` and `additionalLoginIds`.
      const answer = await client.ask("PATCH", PATCH_BATCH, { users: patches.map(toWirePatch) }, options);
      const missing = answer.status === 404 || answer.status === 405 || answer.status === 501;
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
    const queue = patches.values();
    async function work(): Promise<void> {
      for (const patch of queue) {
        const answer = await client.ask("PATCH", PATCH, toWirePatch(patch), options);
        if (answer.ok) {
          done.push(fromWireUser((answer.body as { user?: unknown }).user));
          continue;
        }
        const { status, body } = answer;
        const error = translateFailure({
          kind: "refused",
          operation: `PATCH ${PATCH}`,
          status,
          vendorCode: vendorCodeOf(body),
        });
        if (error.code !== "ERR_TARGET_REFUSED") throw error;
        refused.push({ loginIds: [patch.loginId], reason: vendorTextOf(body) });
      }
    }
    // All are over before the first failure is passed on: nothing goes on in the background.
    const ends = await Promise.allSettled(Array.from({ length: Math.min(PATCHES_AT_ONCE, patches.length) }, work));
    const failed = ends.find((end) => end.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    return { done, refused };
  }

  return {
    async patch(patches, options) {
      checkSize(client, patches.length);
      if (patches.length === 0) return { done: [], refused: [] };
      return (batches ? await patchBatch(patches, options) : undefined) ?? (await patchSingly(patches, options));
    },
  };
}

function checkSize(client: ManagementClient, size: number): void {
  if (size > client.options.batchSize) throw new RangeError(`a batch holds at most ${client.options.batchSize} users`);
}

interface Named {
  readonly loginId: string;
  readonly additionalLoginIds?: readonly string[];
}

/** Reads what a batch answer says of each user that was asked for. */
export function readBatchAnswer(
  client: ManagementClient,
  asked: readonly Named[],
  answer: unknown,
  doneField: string,
): BatchAnswer {
  const { [doneField]: doneUsers, failedUsers, additionalErrors } = (answer ?? {}) as Record<string, unknown>;
  const done = (Array.isArray(doneUsers) ? doneUsers : []).map(fromWireUser);
  const refused: RefusedUser[] = (Array.isArray(failedUsers) ? failedUsers : []).map((entry: unknown) => {
    const { user, failure } = (entry ?? {}) as { user?: unknown; failure?: unknown };
    const loginIds = typeof user === "object" && user !== null ? loginIdsOf(user as Record<string, unknown>) : [];
    const only = asked.length === 1 ? asked[0] : undefined;
    return {
      loginIds: loginIds.length === 0 && only !== undefined ? [only.loginId] : loginIds,
      reason: typeof failure === "string" ? failure : JSON.stringify(failure ?? ""),
    };
  });
  const remarks =
    typeof additionalErrors === "object" && additionalErrors !== null ? Object.entries(additionalErrors) : [];
  if (remarks.length > 0) assignRemarks(client, asked, remarks, done, refused);
  return { done, refused };
}

/**
 * A remark about a login ID of the request that is neither done nor refused is that user's refusal. A remark about a
 * user that is done is about something else, such as an invitation.
 */
function assignRemarks(
  client: ManagementClient,
  asked: readonly Named[],
  remarks: readonly (readonly [string, unknown])[],
  done: readonly ProjectUser[],
  refused: RefusedUser[],
): void {
  const answered = new Set([...done, ...refused].flatMap(({ loginIds }) => loginIds.map(foldLoginId)));
  const owners = new Map(
    asked.flatMap((user) =>
      [user.loginId, ...(user.additionalLoginIds ?? [])].map((id) => [foldLoginId(id), user.loginId] as const),
    ),
  );
  let unassigned = 0;
  for (const [key, remark] of remarks) {
    const owner = owners.get(foldLoginId(key));
    if (owner === undefined) unassigned += 1;
    else if (!answered.has(foldLoginId(owner)) && !answered.has(foldLoginId(key))) {
      refused.push({ loginIds: [owner], reason: typeof remark === "string" ? remark : JSON.stringify(remark) });
      answered.add(foldLoginId(owner));
    }
  }
  if (unassigned > 0) client.options.onEvent({ type: "remarks-unassigned", count: unassigned });
}
