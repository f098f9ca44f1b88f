import { createFindings, type Findings } from "../findings/findings.ts";
import { mapAttributes } from "../mapping/attribute-mapping.ts";
import { OWN_ATTRIBUTES, type MappingRules } from "../mapping/rules.ts";
import { observeUsers } from "../pool/observe-users.ts";
import type { PoolSnapshot } from "../pool/pool-snapshot.ts";
import type { AttributeDefinition, ProjectSnapshot } from "../project/project-snapshot.ts";

/** Descope's fields, and the claims of Cognito that they are filled from. */
export interface ClaimMapping {
  /** As `userDataClaimsMapping` of an OAuth provider. */
  readonly userDataClaimsMapping: {
    readonly loginId: string;
    readonly customAttributes: Readonly<Record<string, string>>;
    readonly [field: string]: string | Readonly<Record<string, string>>;
  };
  /** Attributes of the pool that the app client must be allowed to read for that. */
  readonly readAttributes: readonly string[];
  /** What the project must define. */
  readonly definitions: readonly AttributeDefinition[];
}

/**
 * Claims that both the ID token and the user info endpoint of Cognito have. `cognito:username` is not one: the endpoint
 * calls it `username`, and which of the two Descope reads is not documented. Groups stand in the ID token alone.
 */
const USERNAME_CLAIM = "username";

/**
 * Maps claims to fields by the same rules as the import maps attributes, so that a user looks the same whichever way it came.
 *
 * Standard attributes without a field of their own are mapped where the project has them already: the import defines those
 * that users have values of.
 */
export function mapClaims(
  pool: PoolSnapshot,
  project: ProjectSnapshot,
  rules: MappingRules,
  findings: Findings,
): ClaimMapping {
  const observation = observeUsers().observation();
  const { targets, definitions } = mapAttributes([{ pool, observation }], project, rules, createFindings());
  const present = new Set(project.attributes.map(({ name }) => name));
  const fields: Record<string, string> = {
    email: "email",
    verifiedEmail: "email_verified",
    phoneNumber: "phone_number",
    verifiedPhone: "phone_number_verified",
    ...PROFILE_CLAIMS,
  };
  const customAttributes: Record<string, string> = {
    [OWN_ATTRIBUTES.sub]: "sub",
    [OWN_ATTRIBUTES.username]: USERNAME_CLAIM,
  };
  const read = new Set<string>();
  for (const { name } of pool.schema) {
    if (name.startsWith("dev:")) {
      findings.add("oidc-attribute-not-in-tokens", name);
      continue;
    }
    const rule = rules.attributes[name];
    const target = targets.get(name);
    if (rule === false) delete fields[fieldOfClaim(name)];
    else if (target?.kind === "field") fields[target.field] = name;
    else if (target?.kind === "custom") customAttributes[target.name] = name;
    else if (!HANDLED.has(name) && fieldOfClaim(name) === "" && present.has(name)) customAttributes[name] = name;
    if (rule !== false && !UNREAD.has(name)) read.add(name);
  }
  const wanted = new Set(Object.keys(customAttributes));
  return {
    userDataClaimsMapping: { loginId: loginIdClaim(pool, rules), ...fields, customAttributes },
    readAttributes: [...read].sort(),
    definitions: definitions.filter(({ name }) => wanted.has(name) || name === OWN_ATTRIBUTES.freshlyMigrated),
  };
}

const PROFILE_CLAIMS: Readonly<Record<string, string>> = {
  name: "name",
  givenName: "given_name",
  middleName: "middle_name",
  familyName: "family_name",
  picture: "picture",
};

/** What every client may read, or nothing is filled from. */
const UNREAD = new Set(["sub", "identities"]);

/** Attributes with a place of their own, or none by nature. */
const HANDLED = new Set(["sub", "identities", "email", "email_verified", "phone_number", "phone_number_verified"]);

function fieldOfClaim(claim: string): string {
  return Object.keys(PROFILE_CLAIMS).find((field) => PROFILE_CLAIMS[field] === claim) ?? "";
}

/** The claim with the login ID that every imported user has. */
export function loginIdClaim(
  { usernameAttributes }: Pick<PoolSnapshot, "usernameAttributes">,
  { loginIds }: Pick<MappingRules, "loginIds">,
): string {
  if (loginIds === "auto") {
    if (usernameAttributes.includes("email")) return "email";
    return usernameAttributes.includes("phone_number") ? "phone_number" : USERNAME_CLAIM;
  }
  const [first] = loginIds;
  if (first === "phone") return "phone_number";
  return first === "username" ? USERNAME_CLAIM : (first ?? "email");
}
