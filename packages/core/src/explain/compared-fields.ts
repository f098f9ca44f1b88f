import { TEXT_FIELDS } from "../plan/patch-for.ts";
import type { PlanItem } from "../plan/plan.ts";
import type { PoolUser } from "../pool/pool-user.ts";
import type { AttributeValue, NewProjectUser, ProjectUser, UserTenant } from "../project/project-user.ts";
import { compareUser } from "../reconcile/compare-user.ts";

/** The value of a field on one side. */
export type FieldValue = AttributeValue | null;

/** One field of a user on all sides. A side that has no such field, or is not there, is left out. */
export interface ComparedField {
  /** As the project calls it: `email`, `roleNames`, `customAttributes.plan`, … */
  readonly field: string;
  /** What the pool has under the name that this field comes from. */
  readonly source?: FieldValue;
  /** What the rules made of it. */
  readonly planned?: FieldValue;
  /** What the project has. */
  readonly target?: FieldValue;
  /** The project has something else than what was planned, as a reconcile sees it. */
  readonly differs: boolean;
}

const CUSTOM = "customAttributes.";

/** Names of the pool's attributes by the fields that they become when no rule says otherwise. */
const SOURCE_OF: Readonly<Record<string, string>> = {
  email: "email",
  phone: "phone_number",
  verifiedEmail: "email_verified",
  verifiedPhone: "phone_number_verified",
  name: "name",
  givenName: "given_name",
  middleName: "middle_name",
  familyName: "family_name",
  picture: "picture",
};

/** Puts the sides of a user beside each other, field by field. */
export function comparedFields(
  { planned, ours, operation }: Pick<PlanItem, "planned" | "ours" | "operation">,
  source: PoolUser | undefined,
  target: ProjectUser | undefined,
): readonly ComparedField[] {
  const plannedFields = planned === undefined ? new Map<string, FieldValue>() : fieldsOf(planned);
  const targetFields = target === undefined ? new Map<string, FieldValue>() : fieldsOf(target);
  const differing = new Set(
    planned === undefined || target === undefined
      ? []
      : compareUser(planned, target, operation === "create" || ours === true).differences.map(({ field }) =>
          field.startsWith("userTenants.") ? "userTenants" : field,
        ),
  );
  const names = new Set([...plannedFields.keys(), ...targetFields.keys(), ...sourceFields(source)]);
  return [...names].map((field): ComparedField => {
    const [own, wanted, found] = [sourceValue(field, source), plannedFields.get(field), targetFields.get(field)];
    return {
      field,
      ...(own === undefined ? {} : { source: own }),
      ...(wanted === undefined ? {} : { planned: wanted }),
      ...(found === undefined ? {} : { target: found }),
      differs: differing.has(field),
    };
  });
}

function fieldsOf(user: NewProjectUser | ProjectUser): Map<string, FieldValue> {
  const loginIds = "loginIds" in user ? user.loginIds : [user.loginId, ...user.additionalLoginIds];
  const fields = new Map<string, FieldValue>([["loginIds", loginIds]]);
  for (const field of TEXT_FIELDS) {
    const value = user[field];
    if (value !== undefined && value !== "") fields.set(field, value);
    if (field === "email" && fields.has(field)) fields.set("verifiedEmail", user.verifiedEmail);
    if (field === "phone" && fields.has(field)) fields.set("verifiedPhone", user.verifiedPhone);
  }
  fields.set("status", user.status);
  if (user.roleNames.length > 0) fields.set("roleNames", user.roleNames);
  if (user.userTenants.length > 0) fields.set("userTenants", user.userTenants.map(tenantText));
  if (user.createdTime !== undefined && user.createdTime !== 0) fields.set("createdTime", user.createdTime);
  for (const [name, value] of Object.entries(user.customAttributes)) fields.set(`${CUSTOM}${name}`, value);
  return fields;
}

function tenantText({ tenantId, roleNames }: UserTenant): string {
  return roleNames.length === 0 ? tenantId : `${tenantId}: ${roleNames.join(", ")}`;
}

/** Fields that the pool has a value of, though neither the plan nor the project may have one. */
function sourceFields(source: PoolUser | undefined): readonly string[] {
  if (source === undefined) return [];
  return Object.entries(SOURCE_OF).flatMap(([field, name]) => (Object.hasOwn(source.attributes, name) ? [field] : []));
}

function sourceValue(field: string, source: PoolUser | undefined): FieldValue | undefined {
  if (source === undefined) return undefined;
  if (field === "status") return source.enabled ? source.status : `${source.status}, disabled`;
  if (field === "createdTime") return source.createdAt === 0 ? undefined : Math.floor(source.createdAt / 1000);
  const names = field.startsWith(CUSTOM) ? sourceNames(field.slice(CUSTOM.length)) : [SOURCE_OF[field] ?? ""];
  for (const name of names) if (Object.hasOwn(source.attributes, name)) return source.attributes[name];
  if (field === `${CUSTOM}cognitoUsername`) return source.username;
  return field === `${CUSTOM}cognitoSub` ? source.sub : undefined;
}

function sourceNames(name: string): readonly string[] {
  const own = name === "cognitoIdentities" ? ["identities"] : [];
  return [...own, name, `custom:${name}`, `dev:custom:${name}`];
}
