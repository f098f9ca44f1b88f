/** Changes of a user's attributes with the rules that hold for every operation that makes them. */

import { AwsError, invalidParameter } from "./aws-error.ts";
import { holderOf } from "./find-user.ts";
import { checkAttributeValue } from "./pool-schema.ts";
import type { UserPool } from "./user-pool.ts";
import type { UserRecord } from "./user-record.ts";

/** An attribute on the wire. */
export interface AttributeInput {
  readonly Name: string;
  readonly Value?: string;
}

const verifiable = ["email", "phone_number"] as const;
const aliasable = ["email", "phone_number", "preferred_username"] as const;

/** Checks attributes of a request and turns them into changes. An empty value removes an attribute that is not required. */
export function readAttributes(pool: UserPool, inputs: readonly AttributeInput[]): Map<string, string> {
  const changes = new Map<string, string>();
  for (const { Name, Value = "" } of inputs) {
    if (Name === "sub") throw invalidParameter("Cannot modify the non-mutable attribute sub");
    checkAttributeValue(pool.schema, Name, Value);
    changes.set(Name, Value);
  }
  return changes;
}

/** @throws AwsError when an attribute that is already there may not change. */
export function checkMutable(pool: UserPool, user: UserRecord, changes: ReadonlyMap<string, string | undefined>): void {
  for (const name of changes.keys()) {
    const attribute = pool.schema.find((candidate) => candidate.Name === name);
    if (attribute?.Mutable === false && pool.users.attribute(user, name) !== undefined) {
      throw invalidParameter(`user.${name}: Attribute cannot be updated.\n`);
    }
  }
}

/** @throws AwsError when an attribute may not be taken away. */
export function checkDeletable(pool: UserPool, name: string): void {
  const attribute = pool.schema.find(({ Name }) => Name === name);
  if (attribute === undefined) throw invalidParameter(`user.${name}: Attribute does not exist in the schema.\n`);
  if (attribute.Required || !attribute.Mutable) throw invalidParameter(`user.${name}: Attribute cannot be deleted.\n`);
}

/** A new value is unverified unless the request says otherwise. */
export function unverifyChanged(pool: UserPool, user: UserRecord, changes: Map<string, string | undefined>): void {
  for (const name of verifiable) {
    const flag = `${name}_verified`;
    const next = changes.get(name);
    if (next === undefined || changes.has(flag)) continue;
    const changed = pool.users.attribute(user, name) !== next;
    if (changed && pool.users.attribute(user, flag) !== undefined) changes.set(flag, "false");
  }
}

/**
 * Checks that no alias of the given attributes belongs to somebody else.
 *
 * @param force - Takes the alias away from its holder instead.
 * @throws AwsError `AliasExistsException`, or `UsernameExistsException` where the attribute is the username.
 */
export function claimAliases(
  pool: UserPool,
  attributes: ReadonlyMap<string, string | undefined>,
  own: UserRecord | undefined,
  options: { readonly force: boolean; readonly now: number },
): void {
  for (const name of aliasable) {
    const value = attributes.get(name);
    if (value === undefined || value === "") continue;
    const holder = holderOf(pool, name, value);
    if (holder === undefined || holder === own) continue;
    if (pool.usernameAttributes.includes(name)) {
      throw new AwsError("UsernameExistsException", `An account with the given ${name} already exists.`);
    }
    const flag = attributes.get(`${name}_verified`) ?? (own && pool.users.attribute(own, `${name}_verified`));
    if (name !== "preferred_username" && flag?.toLowerCase() !== "true") continue;
    if (!options.force) throw new AwsError("AliasExistsException", `An account with the ${name} already exists.`);
    const lost =
      name === "preferred_username" ? [[name, undefined] as const] : [[`${name}_verified`, "false"] as const];
    pool.users.setAttributes(holder, new Map<string, string | undefined>(lost), options.now);
  }
}
