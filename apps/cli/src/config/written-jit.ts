/** How passwords are checked at the first sign-in, as it is written. */
export interface WrittenJit {
  /** The pools at which passwords are checked, in the order in which they are asked. @defaultValue every source */
  readonly pools?: readonly WrittenJitPool[] | undefined;
  /**
   * Users of whom Cognito asks for a second factor: provisioned, so that the flow asks for another factor, or sent to choose a
   * new password. @defaultValue `provision-and-step-up`
   */
  readonly secondFactor?: "provision-and-step-up" | "recover" | undefined;
  /** Users with a temporary password: left to their invitation where the pool can be read, or tried. @defaultValue `leave` */
  readonly invited?: "leave" | "try" | undefined;
  /** Whether the state of an account is told only to who knows its password. @defaultValue false */
  readonly hideStatus?: boolean | undefined;
  /** What becomes of a user in the pool once it has moved. @defaultValue `keep` */
  readonly afterMigration?: "keep" | "disable" | { readonly mark: string } | undefined;
  /** Header in which whoever calls puts the address of the user. */
  readonly clientAddressHeader?: string | undefined;
  /** Failed tries of one name. @defaultValue 4 in 900 s */
  readonly triesPerUser?: WrittenTries | undefined;
  /** Failed tries from one address. @defaultValue 60 in 900 s */
  readonly triesPerAddress?: WrittenTries | undefined;
  /** Milliseconds before which no failure is told. @defaultValue 600 */
  readonly failureFloorMs?: number | undefined;
  /** Milliseconds that somebody waits for a place in Cognito's quota. @defaultValue 1000 */
  readonly maxQuotaWaitMs?: number | undefined;
  /** Milliseconds within which there is a verdict. Less than the connector's time-out. @defaultValue 8000 */
  readonly deadlineMs?: number | undefined;
}

/** One pool at which passwords are checked. */
export interface WrittenJitPool {
  /** One of the sources. */
  readonly userPoolId: string;
  /** App client by which users sign in. Its secret, if it has one, comes from the environment. */
  readonly clientId: string;
  /** `admin`: with IAM rights, by `ADMIN_USER_PASSWORD_AUTH`. @defaultValue `public` */
  readonly flow?: "public" | "admin" | undefined;
  /** Whether a user is read with IAM rights before its password is tried. @defaultValue true with `flow: "admin"` */
  readonly readUsers?: boolean | undefined;
  /** Where attributes come from when users are not read. @defaultValue `token` */
  readonly attributes?: "token" | "get-user" | undefined;
  /** Whether names that differ by case are different users. @defaultValue false */
  readonly caseSensitive?: boolean | undefined;
  /** Domains whose e-mail addresses are looked for in this pool. */
  readonly domains?: readonly string[] | undefined;
}

/** How many tries may fail in any window of so many seconds. */
export interface WrittenTries {
  readonly tries: number;
  readonly windowSeconds: number;
}
