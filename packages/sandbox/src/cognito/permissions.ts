/** What the caller's IAM identity may do. */

import { AwsError } from "./aws-error.ts";

/** Permissions of the one IAM user that every access key belongs to. */
export interface Permissions {
  /** Actions that are allowed, as `ListUsers` or with `*` at the end; all when left out. */
  readonly allow?: readonly string[];
  /** Actions that are denied in any case. */
  readonly deny?: readonly string[];
}

/** @throws AwsError in AWS's words when the action is not allowed. */
export function authorize(permissions: Permissions, action: string, resource: string, accountId: string): void {
  const who = `User: arn:aws:iam::${accountId}:user/sandbox is not authorized to perform: cognito-idp:${action} on resource: ${resource}`;
  if (permissions.deny?.some((pattern) => covers(pattern, action)) === true) {
    throw new AwsError("AccessDeniedException", `${who} with an explicit deny in an identity-based policy`);
  }
  if (permissions.allow !== undefined && !permissions.allow.some((pattern) => covers(pattern, action))) {
    throw new AwsError(
      "AccessDeniedException",
      `${who} because no identity-based policy allows the cognito-idp:${action} action`,
    );
  }
}

function covers(pattern: string, action: string): boolean {
  const name = pattern.replace(/^cognito-idp:/, "");
  return name.endsWith("*") ? action.startsWith(name.slice(0, -1)) : name === action;
}
