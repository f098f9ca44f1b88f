import { foldLoginId } from "@cognito-to-descope/core";
import type { BatchAnswer, ProjectUser, RefusedUser } from "@cognito-to-descope/core";
import type { ManagementClient } from "./management-client.ts";
import { fromWireUser, loginIdsOf } from "./wire-user.ts";

/** @throws RangeError when a batch is larger than the configured size. */
export function checkSize(client: ManagementClient, size: number): void {
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
