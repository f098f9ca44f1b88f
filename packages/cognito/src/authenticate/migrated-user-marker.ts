import type { MigratedUserMarker } from "@cognito-to-descope/core";
import type { PoolCalls } from "./pool-calls.ts";
import { refusalOf } from "./vendor-refusal.ts";

/** What becomes of a user in the pool once it has moved. */
export type AfterMigration =
  /** It is disabled: whatever still signs in at Cognito keeps it out. Needs `cognito-idp:AdminDisableUser`. */
  | { readonly kind: "disable" }
  /**
   * A custom attribute of the pool, named with its prefix as `custom:migrated`, is set to `true`. Needs
   * `cognito-idp:AdminUpdateUserAttributes`.
   */
  | { readonly kind: "mark"; readonly attribute: string };

/** What notes users that have moved. */
export interface MigratedUserMarkerOptions {
  readonly userPoolId: string;
  readonly calls: PoolCalls;
  readonly after: AfterMigration;
}

/** Makes what notes in the pool that a user has moved. Doing it again changes nothing. */
export function createMigratedUserMarker({ userPoolId, calls, after }: MigratedUserMarkerOptions): MigratedUserMarker {
  return {
    async mark(username, { timeoutMs }) {
      const who = { UserPoolId: userPoolId, Username: username };
      const answer =
        after.kind === "disable"
          ? await calls.sendSigned("AdminDisableUser", who, timeoutMs)
          : await calls.sendSigned(
              "AdminUpdateUserAttributes",
              { ...who, UserAttributes: [{ Name: after.attribute, Value: "true" }] },
              timeoutMs,
            );
      return answer.kind === "answer" && refusalOf(answer) === undefined;
    },
  };
}
