/** One group of a pool. */

import type { UserRecord } from "./user-record.ts";

/** A group with its members in the order of joining. */
export interface Group {
  readonly name: string;
  /** Unique within the pool, for interning sets of groups. */
  readonly ordinal: number;
  description: string | undefined;
  roleArn: string | undefined;
  precedence: number | undefined;
  readonly createdAt: number;
  modifiedAt: number;
  /** Removed members leave a hole, so that page tokens keep their place. */
  readonly members: (UserRecord | undefined)[];
}
