/** The users of one pool: compact storage, look-ups, and rendering for lists. */

import { AttributeShapes, escapeValue, unescapeValue, valueAt, valueSeparator } from "./attribute-shape.ts";
import type { Group } from "./group.ts";
import type { UserRecord, UserStatus } from "./user-record.ts";

/** What a new user is made of. */
export interface NewUser {
  readonly username: string;
  readonly sub: string;
  /** Names and values in order, without `sub`. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly status: UserStatus;
  readonly enabled?: boolean;
  readonly createdAt: number;
  readonly modifiedAt?: number;
  readonly password?: string;
}

const noGroups: readonly Group[] = [];

/** Attributes with an index once somebody looked something up by them. */
const indexedAttributes: ReadonlySet<string> = new Set(["email", "phone_number", "preferred_username"]);

/** All users of a pool. */
export class UserTable {
  readonly #rows: (UserRecord | undefined)[] = [];
  readonly #byUsername = new Map<string, UserRecord>();
  /** Only users whose username is not their sub. */
  readonly #bySub = new Map<string, UserRecord>();
  readonly #byAttribute = new Map<string, Map<string, UserRecord | UserRecord[]>>();
  readonly #shapes = new AttributeShapes();
  readonly #groupSets = new Map<string, readonly Group[]>();
  readonly #caseSensitive: boolean;
  #size = 0;

  /** @param caseSensitive - Whether usernames and aliases that differ by case only are different. */
  constructor(caseSensitive: boolean) {
    this.#caseSensitive = caseSensitive;
  }

  /** Users that exist. */
  get size(): number {
    return this.#size;
  }

  /** Positions ever given; page tokens run up to it. */
  get length(): number {
    return this.#rows.length;
  }

  /** The user at a position, unless deleted. */
  at(index: number): UserRecord | undefined {
    return this.#rows[index];
  }

  /** Adds a user. The caller has checked that the username is free. */
  add(user: NewUser): UserRecord {
    const names: string[] = [];
    // Joined, not concatenated: a rope of pieces takes several times the memory of a flat string.
    const escaped: string[] = [];
    for (const [name, value] of user.attributes) {
      names.push(name);
      escaped.push(escapeValue(value));
    }
    const record: UserRecord = {
      index: this.#rows.length,
      username: user.username,
      sub: user.sub,
      shape: this.#shapes.of(names),
      values: escaped.join(valueSeparator),
      createdAt: user.createdAt,
      modifiedAt: user.modifiedAt ?? user.createdAt,
      enabled: user.enabled ?? true,
      status: user.status,
      groups: noGroups,
      password: user.password,
      signIn: undefined,
    };
    this.#rows.push(record);
    this.#size += 1;
    this.#byUsername.set(this.#key(user.username), record);
    if (user.username !== user.sub) this.#bySub.set(user.sub, record);
    for (const [name, index] of this.#byAttribute) this.#enter(index, name, record);
    return record;
  }

  /** Removes a user and its memberships. */
  remove(user: UserRecord): void {
    if (this.#rows[user.index] !== user) return;
    for (const group of user.groups) leave(group, user);
    for (const [name, index] of this.#byAttribute) this.#withdraw(index, name, user);
    this.#rows[user.index] = undefined;
    this.#byUsername.delete(this.#key(user.username));
    this.#bySub.delete(user.sub);
    this.#size -= 1;
  }

  byUsername(username: string): UserRecord | undefined {
    return this.#byUsername.get(this.#key(username));
  }

  bySub(sub: string): UserRecord | undefined {
    const named = this.#byUsername.get(this.#key(sub));
    return named !== undefined && named.sub === sub ? named : this.#bySub.get(sub);
  }

  /** Users whose attribute has this value, upper and lower case alike unless the pool is case-sensitive. */
  byAttribute(name: string, value: string): readonly UserRecord[] {
    if (!indexedAttributes.has(name)) throw new RangeError(`${name} has no index`);
    const found = this.#indexOf(name).get(value.toLowerCase());
    if (found === undefined) return [];
    const list = Array.isArray(found) ? found : [found];
    return this.#caseSensitive ? list.filter((user) => this.attribute(user, name) === value) : list;
  }

  /** Users whose attribute has this value, whatever the pool's case sensitivity. */
  byAttributeAnyCase(name: string, value: string): readonly UserRecord[] | undefined {
    if (!indexedAttributes.has(name)) return undefined;
    const found = this.#indexOf(name).get(value.toLowerCase());
    if (found === undefined) return [];
    return Array.isArray(found) ? [...found] : [found];
  }

  /** One attribute's value; undefined when it was never set. */
  attribute(user: UserRecord, name: string): string | undefined {
    if (name === "sub") return user.sub;
    const position = user.shape.positions.get(name);
    return position === undefined ? undefined : unescapeValue(valueAt(user.values, position));
  }

  /** All attributes in order, `sub` first. */
  attributes(user: UserRecord): readonly (readonly [name: string, value: string])[] {
    const values = user.shape.names.length === 0 ? [] : user.values.split(valueSeparator);
    return [
      ["sub", user.sub],
      ...user.shape.names.map((name, i) => [name, unescapeValue(values[i] as string)] as const),
    ];
  }

  /** Sets attributes, or removes those whose value is undefined. */
  setAttributes(user: UserRecord, changes: ReadonlyMap<string, string | undefined>, modifiedAt: number): void {
    const indexes = [...this.#byAttribute].filter(([name]) => changes.has(name));
    for (const [name, index] of indexes) this.#withdraw(index, name, user);
    const next = new Map(this.attributes(user).slice(1));
    for (const [name, value] of changes) {
      if (value === undefined) next.delete(name);
      else next.set(name, value);
    }
    user.shape = this.#shapes.of([...next.keys()]);
    user.values = [...next.values()].map(escapeValue).join(valueSeparator);
    user.modifiedAt = modifiedAt;
    for (const [name, index] of indexes) this.#enter(index, name, user);
  }

  /** Puts a user into a group; does nothing when it is a member already. */
  join(group: Group, user: UserRecord): boolean {
    if (user.groups.includes(group)) return false;
    user.groups = this.#groupSet([...user.groups, group]);
    group.members.push(user);
    return true;
  }

  /** Takes a user out of a group; does nothing when it is no member. */
  leave(group: Group, user: UserRecord): boolean {
    if (!user.groups.includes(group)) return false;
    user.groups = this.#groupSet(user.groups.filter((other) => other !== group));
    leave(group, user);
    return true;
  }

  /** A `UserType` as JSON text. */
  render(user: UserRecord): string {
    const { prefixes } = user.shape;
    let text = `{"Attributes":[{"Name":"sub","Value":"${user.sub}`;
    let start = 0;
    for (let i = 0; i < prefixes.length; i += 1) {
      const separator = user.values.indexOf(valueSeparator, start);
      const end = separator < 0 ? user.values.length : separator;
      text += (prefixes[i] as string) + user.values.slice(start, end);
      start = end + 1;
    }
    return `${text}"}],"Enabled":${user.enabled},"UserCreateDate":${user.createdAt / 1000},"UserLastModifiedDate":${user.modifiedAt / 1000},"UserStatus":"${user.status}","Username":${quote(user.username)}}`;
  }

  #groupSet(groups: readonly Group[]): readonly Group[] {
    if (groups.length === 0) return noGroups;
    const key = groups.map(({ ordinal }) => ordinal).join(",");
    const known = this.#groupSets.get(key);
    if (known !== undefined) return known;
    this.#groupSets.set(key, groups);
    return groups;
  }

  #key(username: string): string {
    return this.#caseSensitive ? username : username.toLowerCase();
  }

  #indexOf(name: string): Map<string, UserRecord | UserRecord[]> {
    let index = this.#byAttribute.get(name);
    if (index === undefined) {
      index = new Map();
      for (const user of this.#rows) if (user !== undefined) this.#enter(index, name, user);
      this.#byAttribute.set(name, index);
    }
    return index;
  }

  #enter(index: Map<string, UserRecord | UserRecord[]>, name: string, user: UserRecord): void {
    const value = this.attribute(user, name)?.toLowerCase();
    if (value === undefined) return;
    const known = index.get(value);
    if (known === undefined) index.set(value, user);
    else if (Array.isArray(known)) known.push(user);
    else index.set(value, [known, user]);
  }

  #withdraw(index: Map<string, UserRecord | UserRecord[]>, name: string, user: UserRecord): void {
    const value = this.attribute(user, name)?.toLowerCase();
    if (value === undefined) return;
    const known = index.get(value);
    if (known === user) index.delete(value);
    else if (Array.isArray(known)) {
      const rest = known.filter((other) => other !== user);
      if (rest.length === 0) index.delete(value);
      else index.set(value, rest.length === 1 ? (rest[0] as UserRecord) : rest);
    }
  }
}

function leave(group: Group, user: UserRecord): void {
  const position = group.members.indexOf(user);
  if (position >= 0) group.members[position] = undefined;
}

function quote(text: string): string {
  return `"${escapeValue(text)}"`;
}
