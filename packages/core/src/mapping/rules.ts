import type { PoolUser } from "../pool/pool-user.ts";
import type { AttributeType } from "../project/project-snapshot.ts";
import type { NewProjectUser, UserStatus } from "../project/project-user.ts";
import type { ConnectionTenant } from "../sso/connection-tenant.ts";

/** What may become a login ID of the user. */
export type LoginIdSource = "email" | "phone" | "username" | "preferred_username";

/** Where a Cognito attribute goes: a custom attribute, a built-in field (`user.name`), or nowhere (`false`). */
export type AttributeRule =
  | false
  | { readonly name: string; readonly type?: AttributeType | undefined }
  | { readonly field: ProfileField };

/** Built-in text fields of a Descope user that an attribute can be sent to. */
export type ProfileField = "name" | "givenName" | "middleName" | "familyName" | "picture";

/** What a group becomes. `group` is a name, or a pattern with `*`. The first rule that matches counts. */
export interface GroupRule {
  readonly group: string;
  /** Name of the role; `true` takes the group's own name; absent: no role. */
  readonly role?: string | true | undefined;
  /** Tenant that members belong to; a role of the same rule is then held in this tenant only. */
  readonly tenant?: string | undefined;
}

/** Changes a mapped user, or leaves it out with `null`. Must be pure: it runs again whenever a plan is made. */
export type UserTransform = (
  planned: NewProjectUser,
  user: PoolUser,
  groups: readonly string[],
) => NewProjectUser | null;

/** How users of a pool become users of a project. Every rule can be changed in the config. */
export interface MappingRules {
  /**
   * Login IDs in order; the first that a user has is its main one.
   *
   * `auto` follows the pool: what users sign in with in Cognito. Usernames of federated users never become login IDs.
   */
  readonly loginIds: "auto" | readonly LoginIdSource[];
  /** Rules by Cognito's attribute name; attributes without a rule keep their name, made legal. */
  readonly attributes: Readonly<Record<string, AttributeRule>>;
  /** Rules for groups; groups without a rule become a role of their own name. */
  readonly groups: readonly GroupRule[];
  /**
   * Where roles that are held in a tenant are defined: those of a pool with a tenant, and of group rules with one.
   *
   * `project` defines each name once for all tenants, `tenant` in each tenant that it is held in. Roles of groups without
   * any tenant are the project's in either case.
   */
  readonly roleScope: "project" | "tenant";
  /** Whether the groups that Cognito makes for identity providers become roles too. */
  readonly providerGroups: "skip" | "role";
  /** What `UNCONFIRMED` users become. */
  readonly unconfirmed: UserStatus | "skip";
  /** Whether users born from an external identity provider are imported. */
  readonly federated: "import" | "skip";
  /** Tenant of users who come through a connection, by the connection's name. */
  readonly connectionTenants: Readonly<Record<string, string>>;
  /**
   * Which connections give their users a tenant: those that {@link connectionTenants} lists, or every SAML and OIDC
   * connection, by the tenants that `c2d sso plan` gives them. The latter where the config has a section `sso`.
   */
  readonly connections: "listed" | { readonly tenants: Readonly<Record<string, ConnectionTenant>> };
  /** Users with neither a valid email address nor a valid phone number: Descope refuses them. */
  readonly noContact: "skip" | { readonly placeholderDomain: string };
  /**
   * Two source users that want one login ID.
   *
   * `merge` makes a native and a federated user of one pool with the same *verified* email address or phone number one user, and
   * treats all others as `first`. `first` gives the login ID to one of them; the others keep their other login IDs.
   * `skip` leaves all but one out.
   */
  readonly duplicates: "merge" | "first" | "skip";
  /**
   * Users of different pools with the same *verified* email address.
   *
   * `ask` blocks the plan where there are any. `verified-email` makes them one user with the tenants and roles of all of
   * them. `never` keeps them apart; only one of them can have a login ID that both want.
   */
  readonly samePerson: "ask" | "verified-email" | "never";
  /**
   * Users of the project that have a login ID of a source user but not its `sub`.
   *
   * `patch-verified` patches them when the login ID is verified on both sides, `patch` always, `skip` never.
   */
  readonly existing: "patch-verified" | "patch" | "skip";
  /** Value of the attribute that marks imported users for the flow that asks for a new password. */
  readonly freshlyMigrated: boolean;
  readonly transform?: UserTransform | undefined;
}

/** The rules that hold where the config says nothing. */
export const DEFAULT_RULES: MappingRules = {
  loginIds: "auto",
  attributes: {},
  groups: [],
  roleScope: "project",
  providerGroups: "skip",
  unconfirmed: "invited",
  federated: "import",
  connectionTenants: {},
  connections: "listed",
  noContact: "skip",
  duplicates: "merge",
  samePerson: "ask",
  existing: "patch-verified",
  freshlyMigrated: true,
};

/** Custom attributes that belong to the import. Each is written where there is something to write. */
export const OWN_ATTRIBUTES = {
  sub: "cognitoSub",
  subs: "cognitoSubs",
  username: "cognitoUsername",
  identities: "cognitoIdentities",
  freshlyMigrated: "freshlyMigrated",
} as const;
