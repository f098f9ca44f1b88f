/** One user of a user pool, as ListUsers gives it. */
export interface PoolUser {
  /** The immutable id. AWS does not promise that it is a UUID. */
  readonly sub: string;
  /** The sign-in name, or a generated id in pools that sign in by email or phone number. */
  readonly username: string;
  /** Attribute values by Cognito's attribute names, `sub` left out. Every value is text on the wire. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  /** Cognito's `UserStatus`, verbatim: `CONFIRMED`, `FORCE_CHANGE_PASSWORD`, `EXTERNAL_PROVIDER`, … */
  readonly status: string;
  /** `UserCreateDate` in epoch milliseconds; 0 when the pool gave none. */
  readonly createdAt: number;
  /** `UserLastModifiedDate` in epoch milliseconds; 0 when the pool gave none. */
  readonly modifiedAt: number;
}
