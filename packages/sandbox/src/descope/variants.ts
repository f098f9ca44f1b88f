/**
 * Behaviours of the real service that are not documented. Each is one option with a closed set of values; the first
 * value is the default. `facts.md` lists them with the evidence; a test holds the two together.
 */

/** One value for each undocumented behaviour. */
export interface DescopeVariants {
  /** A login ID that exists: the user is listed as failed, the whole batch (or the request) is refused without naming it, or the user is updated. A single create refuses unless it updates. */
  readonly duplicateLoginId: "failed-users" | "error" | "upsert";
  /** One login ID twice in a batch: the second fails, the batch is refused, or the second overwrites. */
  readonly duplicateInBatch: "second-fails" | "error" | "last-wins";
  /** A custom attribute that the project does not define. */
  readonly undefinedAttribute: "dropped" | "refused";
  /** A value that does not fit its attribute's definition. */
  readonly wrongAttributeType: "refused" | "stored";
  /** Most users in a batch; a larger one is refused whole. */
  readonly batchLimit: 100 | 50 | "none";
  /** What a large `limit` of a search does. */
  readonly searchLimit: "cap-100" | "cap-1000" | "refuse-above-100" | "none";
  /** What a search does with more than 100 login IDs: it takes them, leaves out the rest in silence, or refuses. */
  readonly searchLoginIds: "all" | "first-100" | "refuse-above-100";
  /** The form of `iss`: `<project>`, `<base>/<project>` or `<base>/v1/apps/<project>`. */
  readonly issuer: "project-id" | "url" | "apps-url";
  /** Status for a role that exists. */
  readonly duplicateRole: 500 | 400;
  /** Status for a permission that exists. */
  readonly duplicatePermission: 500 | 400;
  /** Status for a tenant that exists. */
  readonly duplicateTenant: 500 | 400;
  /** A batch of roles or permissions of which one exists: nothing is created, or those before it are. */
  readonly roleBatch: "atomic" | "each";
  /** Whether login IDs that differ in case are the same. */
  readonly loginIdCase: "sensitive" | "folded";
  /** Milliseconds until searches see a change. */
  readonly searchLag: 0 | 2000;
  /** Whether 429 comes with `Retry-After`. */
  readonly retryAfter: "with" | "without";
  /** The body of 429. */
  readonly throttleBody: "json" | "html";
  /** Whether v2 search draws from the quota of v1 search or from that of other user calls. */
  readonly searchV2Quota: "shared" | "other";
  /** Fields that the API does not have. */
  readonly unknownFields: "ignored" | "refused";
  /** Further login IDs when an update does not name any. */
  readonly updateAdditionalLoginIds: "kept" | "cleared";
  /** Whether a patch replaces further login IDs or adds to them. */
  readonly patchAdditionalLoginIds: "replace" | "add";
  /** Whether a patch replaces roles or adds to them. */
  readonly patchRoles: "replace" | "add";
  /** Whether a patch keeps custom attributes that it does not name. */
  readonly patchAttributes: "merge" | "replace";
  /** Whether null in a patch takes the value of a custom attribute away. */
  readonly patchNullAttribute: "removes" | "keeps";
  /** A password in the item of a batch create: it is taken as it is, it must satisfy the policy, or it is left out. */
  readonly batchPassword: "taken" | "checked" | "ignored";
  /** User IDs in a batch of deletes that name nobody. */
  readonly deleteUnknownUser: "ignored" | "refused";
  /** Further certificates of a SAML provider that are given as values. */
  readonly idpAdditionalCerts: "kept" | "dropped";
  /** A domain of a tenant's SSO settings that another tenant has. */
  readonly duplicateSsoDomain: "refused" | "allowed";
  /** What becomes of the query in the authorization URL of an OIDC provider. */
  readonly authUrlQuery: "kept" | "dropped";
  /** The client's secret when OIDC settings are written without one. */
  readonly oidcSecretOmitted: "kept" | "cleared";
  /** Whether values in the payload of a connector call are escaped as JSON text. */
  readonly templateEscaping: "json" | "raw";
  /** What of a connector's answer stands at its result path. */
  readonly connectorResult: "body" | "wrapped";
  /** What the HMAC of a connector call signs: the body, or its base64. */
  readonly hmacBytes: "body" | "base64";
  /** Whether the connectors of a project are managed over the API: yes, not with this licence or key, or no such route. */
  readonly connectorApi: "available" | "refused" | "absent";
  /** Whether the OAuth providers of a project are managed over the API: yes, not with this licence or key, or no such route. */
  readonly oauthProviderApi: "available" | "refused" | "absent";
  /** Where users come back to from an OAuth provider. */
  readonly oauthCallback: "/v1/oauth/callback" | "/v1/auth/oauth/callback";
  /** What is read of a user at an OAuth provider that has both: the ID token and the user data, or the user data alone. */
  readonly oauthClaims: "id-token-and-user-data" | "user-data";
  /** Whether inbound applications can be managed over the API. */
  readonly inboundAppApi: "available" | "refused";
  /** Whether an inbound application is made with the client ID and secret that were asked for. */
  readonly inboundCredentials: "kept" | "own";
  /** Whether the answer is the application, or holds it in `app`. */
  readonly inboundAnswer: "bare" | "wrapped";
  /** How inbound applications are listed where no page is asked for: all, or pages that count from zero or from one. */
  readonly inboundAppPages: "all" | "from-zero" | "from-one";
  /** Whether the licence includes federated applications beside the default one. */
  readonly federatedAppApi: "available" | "refused";
  /** The client ID of a federated application: made of project and application, or the application's ID. */
  readonly federatedClientId: "pair" | "application";
  /** What the tokens for an application say of the user: what its scopes ask for, or what the flow puts in. */
  readonly federatedClaims: "scopes" | "flow";
  /** Whether two connectors may have one name. */
  readonly duplicateConnector: "refused" | "allowed";
  /** Whether the licence of the project includes snapshots. */
  readonly snapshotApi: "available" | "refused";
  /** Whether a screen belongs to its flow alone, or an import replaces the screens of that ID in other flows too. */
  readonly flowScreens: "of-flow" | "of-project";
}

/**
 * What an option is about: users with their definitions, sign-ins and limits, or the settings of a project, such as connectors,
 * flows, SSO and applications.
 */
export type VariantSubject = "users" | "settings";

/** An option. */
export interface VariantOption<Value extends string | number> {
  readonly about: VariantSubject;
  /** All values, the default first. */
  readonly values: readonly [Value, ...Value[]];
  /** What speaks for the default. */
  readonly evidence: string;
}

/** Every option: its values (default first) and what speaks for the default. */
export const descopeVariantOptions: {
  readonly [Name in keyof DescopeVariants]: VariantOption<DescopeVariants[Name]>;
} = {
  duplicateLoginId: {
    about: "users",
    values: ["failed-users", "error", "upsert"],
    evidence: "none published; a batch answers 200 with failedUsers for other per-user failures (API description)",
  },
  duplicateInBatch: {
    about: "users",
    values: ["second-fails", "error", "last-wins"],
    evidence: "none published; follows from users being stored one after the other",
  },
  undefinedAttribute: {
    about: "users",
    values: ["dropped", "refused"],
    evidence: "an unmerged Descope migration guide says that batch import drops them in silence",
  },
  wrongAttributeType: {
    about: "users",
    values: ["refused", "stored"],
    evidence: "none published; definitions have a type, which would be pointless otherwise",
  },
  batchLimit: {
    about: "users",
    values: [100, 50, "none"],
    evidence: "an unmerged Descope skill says up to 100; an official tool sends 50",
  },
  searchLimit: {
    about: "users",
    values: ["cap-100", "cap-1000", "refuse-above-100", "none"],
    evidence: "the documented default is 100; a maximum is documented nowhere",
  },
  searchLoginIds: {
    about: "users",
    values: ["all", "first-100", "refuse-above-100"],
    evidence: "no maximum is documented for the list",
  },
  issuer: {
    about: "users",
    values: ["project-id", "url", "apps-url"],
    evidence: "the session overview page shows the bare project ID; SDKs accept all three forms",
  },
  duplicateRole: {
    about: "users",
    values: [500, 400],
    evidence: "500 with E024209 in the only public recording, of a third party",
  },
  duplicatePermission: {
    about: "users",
    values: [500, 400],
    evidence: "500 with E024104 in the only public recording, of a third party",
  },
  duplicateTenant: {
    about: "users",
    values: [500, 400],
    evidence: "500 with E073307 in the only public recording, of a third party",
  },
  roleBatch: {
    about: "users",
    values: ["atomic", "each"],
    evidence: "none published; the answer has no place for failed members",
  },
  loginIdCase: {
    about: "users",
    values: ["sensitive", "folded"],
    evidence: "none published; the API description says nothing of folding",
  },
  searchLag: {
    about: "users",
    values: [0, 2000],
    evidence: "milliseconds until a change shows in searches; live tests of three SDKs wait before they search",
  },
  retryAfter: {
    about: "users",
    values: ["with", "without"],
    evidence: "every SDK reads Retry-After; no page promises it",
  },
  throttleBody: {
    about: "users",
    values: ["json", "html"],
    evidence: "SDKs know E130429; a comment in the Java SDK says that infrastructure may answer first",
  },
  searchV2Quota: {
    about: "users",
    values: ["shared", "other"],
    evidence: "the rate limit page names v1 search only",
  },
  unknownFields: {
    about: "users",
    values: ["ignored", "refused"],
    evidence: "SDKs send aliases that the API description lacks, so they must be ignored somewhere",
  },
  updateAdditionalLoginIds: {
    about: "users",
    values: ["kept", "cleared"],
    evidence: "SDK documentation says that update clears what is left out; login IDs are not named",
  },
  patchAdditionalLoginIds: {
    about: "users",
    values: ["replace", "add"],
    evidence: "none published; other lists of the same request replace",
  },
  patchRoles: {
    about: "users",
    values: ["replace", "add"],
    evidence: "none published; the name of the field is that of an update, which replaces",
  },
  patchAttributes: {
    about: "users",
    values: ["merge", "replace"],
    evidence: "none published; a patch is said to change only what it names",
  },
  patchNullAttribute: {
    about: "users",
    values: ["removes", "keeps"],
    evidence: "none published; null is how JSON says that there is no value",
  },
  batchPassword: {
    about: "users",
    values: ["taken", "checked", "ignored"],
    evidence: "the item has the field (API description); what the policy says to it is published nowhere",
  },
  deleteUnknownUser: {
    about: "users",
    values: ["ignored", "refused"],
    evidence: "none published; the answer has no place for users that failed",
  },
  idpAdditionalCerts: {
    about: "settings",
    values: ["kept", "dropped"],
    evidence: "the API description lists the field; no SDK has it",
  },
  duplicateSsoDomain: {
    about: "settings",
    values: ["refused", "allowed"],
    evidence: "the Terraform provider has a project setting that allows duplicates, so they are not by default",
  },
  authUrlQuery: {
    about: "settings",
    values: ["kept", "dropped"],
    evidence: "RFC 6749 says that a query of the authorization endpoint must be retained",
  },
  oidcSecretOmitted: {
    about: "settings",
    values: ["kept", "cleared"],
    evidence: "none published; answers do not show the secret, so a client could not send it back",
  },
  templateEscaping: {
    about: "settings",
    values: ["json", "raw"],
    evidence: "none published; a password with a quote would break the request otherwise",
  },
  connectorResult: {
    about: "settings",
    values: ["body", "wrapped"],
    evidence: "an exported flow reads a field of the body right at the result path; an unmerged text wraps it",
  },
  hmacBytes: {
    about: "settings",
    values: ["body", "base64"],
    evidence: "sources disagree; the documented name of the header says no more than SHA-256",
  },
  connectorApi: {
    about: "settings",
    values: ["available", "refused", "absent"],
    evidence:
      "a newer Terraform provider calls it; the published API description lacks it, and no page names a licence",
  },
  oauthProviderApi: {
    about: "settings",
    values: ["available", "refused", "absent"],
    evidence: "a newer Terraform provider calls it; the published API description lacks it",
  },
  oauthCallback: {
    about: "settings",
    values: ["/v1/oauth/callback", "/v1/auth/oauth/callback"],
    evidence:
      "an unmerged guide and a sample name the first, the Terraform provider and another API description the second",
  },
  oauthClaims: {
    about: "settings",
    values: ["id-token-and-user-data", "user-data"],
    evidence: "the mapping is one of user data claims, and a provider has both an issuer and a user info endpoint",
  },
  inboundAppApi: {
    about: "settings",
    values: ["available", "refused"],
    evidence: "no page names a licence for it; the role of a management key can leave it out",
  },
  inboundCredentials: {
    about: "settings",
    values: ["kept", "own"],
    evidence:
      "the page on moving OAuth clients says that both are taken at creation; an older API description lacks them",
  },
  inboundAnswer: {
    about: "settings",
    values: ["bare", "wrapped"],
    evidence: "the API description has a member `app`; the SDKs read the application itself",
  },
  inboundAppPages: {
    about: "settings",
    values: ["all", "from-zero", "from-one"],
    evidence: "the API description has `page`, `limit` and `total`; the SDKs send neither",
  },
  federatedAppApi: {
    about: "settings",
    values: ["available", "refused"],
    evidence: "the page on federated applications says that more than the default one needs a Pro licence",
  },
  federatedClientId: {
    about: "settings",
    values: ["pair", "application"],
    evidence: "only the default application's is documented: the project ID",
  },
  federatedClaims: {
    about: "settings",
    values: ["scopes", "flow"],
    evidence: "discovery lists email among the claims; Descope's sample for Cognito puts it in with a step of the flow",
  },
  duplicateConnector: {
    about: "settings",
    values: ["refused", "allowed"],
    evidence: "the Terraform provider looks connectors up by name",
  },
  snapshotApi: {
    about: "settings",
    values: ["available", "refused"],
    evidence: "the README of descopecli says that snapshots need a Pro licence or better",
  },
  flowScreens: {
    about: "settings",
    values: ["of-flow", "of-project"],
    evidence:
      "none published; screens of the console's form name their flow, and their IDs look unique in all projects",
  },
};

/** A choice of values with a name for test titles. */
export interface NamedVariants {
  /** `defaults`, or the one deviation as `option=value`. */
  readonly name: string;
  readonly variants: DescopeVariants;
}

/** The default of every option. */
export const defaultVariants: DescopeVariants = Object.fromEntries(
  Object.entries(descopeVariantOptions).map(([name, option]) => [name, option.values[0]]),
) as unknown as DescopeVariants;

/**
 * The defaults, then every single deviation from them.
 *
 * @param about - Only deviations of this subject. @defaultValue all
 */
export function variants(about?: VariantSubject): readonly NamedVariants[] {
  const deviations = Object.entries(descopeVariantOptions)
    .filter(([, option]) => about === undefined || option.about === about)
    .flatMap(([name, { values }]) =>
      values.slice(1).map((value) => ({
        name: `${name}=${value}`,
        variants: { ...defaultVariants, [name]: value },
      })),
    );
  return [{ name: "defaults", variants: defaultVariants }, ...deviations];
}

const anyOptions: Readonly<Record<string, { readonly values: readonly (string | number)[] } | undefined>> =
  descopeVariantOptions;

/**
 * Completes a partial choice with the defaults.
 *
 * @throws TypeError when an option or a value does not exist, naming what does.
 */
export function resolveVariants(wanted: Partial<DescopeVariants> = {}): DescopeVariants {
  for (const [name, value] of Object.entries(wanted)) {
    const option = anyOptions[name];
    if (option === undefined)
      throw new TypeError(`no such variant: ${name}; there are ${Object.keys(descopeVariantOptions).join(", ")}`);
    if (value !== undefined && !option.values.includes(value))
      throw new TypeError(`variant "${name}" must be one of ${option.values.join(", ")}`);
  }
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  return { ...defaultVariants, ...given };
}
