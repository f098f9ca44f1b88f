/** Searching users. Searches by login ID, user ID, e-mail, phone or one custom attribute do not walk all users. */

import { readBoolean, readInteger, readObject, readObjects, readString, readStrings } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { JsonText } from "../operation.ts";
import type { Call, Operation, OperationResult } from "../operation.ts";
import type { ProjectState } from "../project-state.ts";
import { invalid, malformed } from "../refusal.ts";
import type { Role } from "../definitions/roles.ts";
import { writeUsers } from "./user-answer.ts";
import type { UserRecord } from "./user-record.ts";

type Test = (user: UserRecord) => boolean;

/** A search's filters: the users to look at, and what each must satisfy. */
interface Filters {
  /** Users that a narrow filter leaves; undefined for all. */
  readonly candidates: readonly UserRecord[] | undefined;
  readonly tests: readonly Test[];
}

const defaultLimit = 100;

function readFilters({ project, body }: Call): Filters {
  const tests: Test[] = [];
  let candidates: readonly UserRecord[] | undefined;
  const narrow = (found: () => readonly (UserRecord | undefined)[], test: Test): void => {
    // While searches lag, indexes show the present, so the slow way is the right one.
    if (candidates === undefined && !project.users.hasStale)
      candidates = [...new Set(found())].filter((user) => user !== undefined);
    tests.push(test);
  };
  const list = (key: string): readonly string[] => readStrings(body, key) ?? [];

  const loginIds = takenLoginIds([...list("loginIds"), ...oneOrNone(readString(body, "loginId"))], project);
  if (loginIds.length > 0)
    narrow(
      () => loginIds.map((loginId) => project.users.byLoginId(loginId)),
      (user) => user.loginIds.some((held) => loginIds.some((wanted) => project.users.same(held, wanted))),
    );
  const userIds = new Set(list("userIds"));
  if (userIds.size > 0)
    narrow(
      () => [...userIds].map((userId) => project.users.byUserId(userId)),
      (user) => userIds.has(user.userId),
    );
  const emails = list("emails");
  if (emails.length > 0)
    narrow(
      () => emails.flatMap((email) => project.users.byValue("email", emailOf, email)),
      (user) => emails.includes(user.email),
    );
  const phones = list("phones");
  if (phones.length > 0)
    narrow(
      () => phones.flatMap((phone) => project.users.byValue("phone", phoneOf, phone)),
      (user) => phones.includes(user.phone),
    );
  for (const [key, wanted] of Object.entries(readObject(body, "customAttributes") ?? {})) {
    const values: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    const test: Test = (user) => hasValue(user.customAttributes[key], values);
    const isList = project.attributes.get(key)?.type === 5;
    if (!isList && values.length > 0 && values.every((value) => typeof value === "string"))
      narrow(
        () => values.flatMap((value) => project.users.byValue(`attribute ${key}`, attributeReader(key), value)),
        test,
      );
    else tests.push(test);
  }
  addMembershipTests(project, body, tests);
  addStateTests(body, tests);
  addTimeTests(body, tests);
  addTextTest(body, tests);
  return { candidates, tests };
}

function emailOf(user: UserRecord): string | undefined {
  return user.email === "" ? undefined : user.email;
}

function phoneOf(user: UserRecord): string | undefined {
  return user.phone === "" ? undefined : user.phone;
}

function attributeReader(key: string): (user: UserRecord) => string | undefined {
  return (user) => {
    const value = user.customAttributes[key];
    return typeof value === "string" ? value : undefined;
  };
}

function hasValue(held: unknown, wanted: readonly unknown[]): boolean {
  if (Array.isArray(held)) return held.some((member) => wanted.includes(member));
  return wanted.includes(held);
}

function oneOrNone(value: string | undefined): readonly string[] {
  return value === undefined || value === "" ? [] : [value];
}

function addMembershipTests(project: ProjectState, body: JsonObject, tests: Test[]): void {
  const tenantIds = new Set(readStrings(body, "tenantIds") ?? []);
  if (tenantIds.size > 0) {
    if (readBoolean(body, "includeSubTenants") === true)
      for (const tenant of project.tenants.all()) if (tenantIds.has(tenant.parent)) tenantIds.add(tenant.id);
    tests.push((user) => user.memberships.some(({ tenant }) => tenantIds.has(tenant.id)));
  }
  const roleNames = readStrings(body, "roleNames") ?? [];
  if (roleNames.length > 0)
    tests.push(
      (user) =>
        user.roles.some((role) => roleNames.includes(role.name)) ||
        user.memberships.some(({ roles }) => roles.some((role) => roleNames.includes(role.name))),
    );
  const ssoAppIds = readStrings(body, "ssoAppIds") ?? [];
  if (ssoAppIds.length > 0) tests.push((user) => (user.extras.ssoAppIds ?? []).some((id) => ssoAppIds.includes(id)));
  addTenantRoleTests(readObject(body, "tenantRoleIds"), (role) => role.id, tests);
  addTenantRoleTests(readObject(body, "tenantRoleNames"), (role) => role.name, tests);
}

function addTenantRoleTests(wanted: JsonObject | undefined, keyOf: (role: Role) => string, tests: Test[]): void {
  for (const [tenantId, roles] of Object.entries(wanted ?? {})) {
    const named = readObject({ roles }, "roles") ?? {};
    const values = readStrings(named, "values") ?? [];
    const all = readBoolean(named, "and") === true;
    tests.push((user) => {
      const membership = user.memberships.find(({ tenant }) => tenant.id === tenantId);
      if (membership === undefined) return false;
      const held = new Set(membership.roles.map(keyOf));
      return all
        ? values.every((value) => held.has(value))
        : values.length === 0 || values.some((value) => held.has(value));
    });
  }
}

function addStateTests(body: JsonObject, tests: Test[]): void {
  const statuses: readonly string[] = readStrings(body, "statuses") ?? [];
  if (statuses.length > 0) tests.push((user) => statuses.includes(user.status));
  const flags: Readonly<Record<string, Test>> = {
    verifiedEmail: (user) => user.verifiedEmail,
    verifiedPhone: (user) => user.verifiedPhone,
    verifiedRecoveryEmail: (user) => user.extras.verifiedRecoveryEmail === true,
    verifiedRecoveryPhone: (user) => user.extras.verifiedRecoveryPhone === true,
    password: (user) => user.extras.password !== undefined,
    totp: (user) => user.extras.totpSeed !== undefined,
    webauthn: () => false,
    scim: (user) => user.extras.scim === true,
  };
  for (const [key, has] of Object.entries(flags)) {
    const wanted = readBoolean(body, key);
    if (wanted !== undefined) tests.push((user) => has(user) === wanted);
  }
  if (readBoolean(body, "ssoOnly") === true)
    tests.push((user) => user.extras.saml === true || user.extras.oidc === true);
  if (readBoolean(body, "scimOnly") === true) tests.push((user) => user.extras.scim === true);
  for (const key of ["recoveryEmails", "recoveryPhones"] as const) {
    const wanted = readStrings(body, key) ?? [];
    const field = key === "recoveryEmails" ? "recoveryEmail" : "recoveryPhone";
    if (wanted.length > 0) tests.push((user) => wanted.includes(user.extras[field] ?? ""));
  }
}

function addTimeTests(body: JsonObject, tests: Test[]): void {
  const created = (user: UserRecord): number => user.createdTime * 1000;
  const modified = (user: UserRecord): number => user.modifiedAt;
  const bounds = [
    ["fromCreatedTime", created, 1],
    ["toCreatedTime", created, -1],
    ["fromModifiedTime", modified, 1],
    ["toModifiedTime", modified, -1],
  ] as const;
  for (const [key, read, sign] of bounds) {
    const bound = readInteger(body, key);
    if (bound !== undefined && bound !== 0) tests.push((user) => (read(user) - bound) * sign >= 0);
  }
}

function addTextTest(body: JsonObject, tests: Test[]): void {
  const text = (readString(body, "text") ?? "").toLowerCase();
  if (text === "") return;
  tests.push((user) =>
    [...user.loginIds, user.name, user.email, user.phone, user.userId].some((value) =>
      value.toLowerCase().includes(text),
    ),
  );
}

function takenLoginIds(loginIds: readonly string[], project: ProjectState): readonly string[] {
  if (loginIds.length <= 100 || project.variants.searchLoginIds === "all") return loginIds;
  if (project.variants.searchLoginIds === "first-100") return loginIds.slice(0, 100);
  throw invalid("The loginIds field must have at most 100 items");
}

function readLimit({ project, body }: Call): number {
  const wanted = readInteger(body, "limit") ?? 0;
  if (wanted < 0) throw invalid("The limit field must not be negative");
  const limit = wanted === 0 ? defaultLimit : wanted;
  switch (project.variants.searchLimit) {
    case "cap-100":
      return Math.min(limit, 100);
    case "cap-1000":
      return Math.min(limit, 1000);
    case "refuse-above-100":
      if (limit > 100) throw invalid("The limit field must be at most 100");
      return limit;
    case "none":
      return limit;
    default:
      return project.variants.searchLimit satisfies never;
  }
}

const sortKeys: Readonly<Record<string, (user: UserRecord) => string | number | boolean>> = {
  loginId: (user) => user.loginIds[0] ?? "",
  loginIds: (user) => user.loginIds[0] ?? "",
  userId: (user) => user.userId,
  name: (user) => user.name,
  displayName: (user) => user.name,
  givenName: (user) => user.givenName,
  middleName: (user) => user.middleName,
  familyName: (user) => user.familyName,
  email: (user) => user.email,
  phone: (user) => user.phone,
  status: (user) => user.status,
  verifiedEmail: (user) => user.verifiedEmail,
  verifiedPhone: (user) => user.verifiedPhone,
  createdTime: (user) => user.createdTime,
  created: (user) => user.createdTime,
  modifiedTime: (user) => user.modifiedAt,
};

/** Sorts by the wanted fields; by nothing when none is wanted. */
function sortUsers(users: readonly UserRecord[], body: JsonObject): readonly UserRecord[] {
  const orders = (readObjects(body, "sort") ?? []).map((order) => {
    const field = readString(order, "field") ?? "";
    const read =
      sortKeys[field] ??
      ((user: UserRecord): string => String(user.customAttributes[field.replace(/^customAttributes\./, "")] ?? ""));
    return { read, sign: readBoolean(order, "desc") === true ? -1 : 1 };
  });
  if (orders.length === 0) return users;
  return [...users].toSorted((one, other) => {
    for (const { read, sign } of orders) {
      const a = read(one);
      const b = read(other);
      if (a !== b) return a < b ? -sign : sign;
    }
    return 0;
  });
}

function search(call: Call, testOnly: boolean): OperationResult {
  const { project, body } = call;
  const limit = readLimit(call);
  const page = readInteger(body, "page") ?? 0;
  const offset = readInteger(body, "offset") ?? 0;
  if (page < 0 || offset < 0) throw invalid("The page and offset fields must not be negative");
  if (!Array.isArray(body["selectedColumns"] ?? [])) throw malformed("selectedColumns must be a list");
  const onlyTest = testOnly || readBoolean(body, "testUsersOnly") === true;
  const withTest = onlyTest || readBoolean(body, "withTestUser") === true;
  const { candidates, tests } = readFilters(call);
  const start = offset > 0 ? offset : page * limit;

  let pool: readonly UserRecord[];
  if (candidates !== undefined) pool = candidates.filter((user) => (user.test ? withTest : !onlyTest));
  else if (onlyTest) pool = project.users.asSearched(true);
  else if (withTest && project.users.asSearched(true).length > 0)
    pool = [...project.users.asSearched(false), ...project.users.asSearched(true)];
  else pool = project.users.asSearched(false);

  const found = tests.length === 0 ? pool : pool.filter((user) => tests.every((passes) => passes(user)));
  const shown = sortUsers(found, body).slice(start, start + limit);
  return new JsonText(`{"users":${writeUsers(shown)},"total":${found.length}}`);
}

const searchFields = [
  "loginId",
  "identifier",
  "loginIds",
  "userIds",
  "emails",
  "phones",
  "text",
  "recoveryEmails",
  "recoveryPhones",
  "tenantIds",
  "roleNames",
  "tenantRoleIds",
  "tenantRoleNames",
  "includeSubTenants",
  "ssoAppIds",
  "statuses",
  "withTestUser",
  "testUsersOnly",
  "ssoOnly",
  "scimOnly",
  "password",
  "totp",
  "webauthn",
  "scim",
  "verifiedEmail",
  "verifiedPhone",
  "verifiedRecoveryEmail",
  "verifiedRecoveryPhone",
  "customAttributes",
  "fromCreatedTime",
  "toCreatedTime",
  "fromModifiedTime",
  "toModifiedTime",
  "limit",
  "page",
  "offset",
  "sort",
  "selectedColumns",
];

const partly = "`selectedColumns` is accepted and answers carry all fields";

export const searchUserOperations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/user/search",
    access: "management",
    fields: searchFields,
    partly,
    run: (call) => search(call, false),
  },
  {
    name: "POST /v2/mgmt/user/search",
    access: "management",
    fields: searchFields,
    partly,
    run: (call) => search(call, false),
  },
  {
    name: "POST /v2/mgmt/user/search/test",
    access: "management",
    fields: searchFields,
    partly,
    run: (call) => search(call, true),
  },
];
