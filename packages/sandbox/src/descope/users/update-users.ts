/** Changing users: whole, in part, and field by field. */

import { readEmail, readPhone } from "./contact.ts";
import { writeBatch } from "./create-users.ts";
import { checkAttributes } from "../definitions/custom-attributes.ts";
import { readBoolean, readObjects, readString, readStrings, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { JsonText, nothing } from "../operation.ts";
import type { Call, Operation, OperationResult } from "../operation.ts";
import type { ProjectState } from "../project-state.ts";
import { Refusal, conflicting, invalid, missing, userExists, userNotFound } from "../refusal.ts";
import { findRoles } from "../definitions/roles.ts";
import type { Role } from "../definitions/roles.ts";
import { writeUser } from "./user-answer.ts";
import { overwrite, patch, prepareChange, requireContact, uniqueLoginIds } from "./user-fields.ts";
import type { UserChange } from "./user-fields.ts";
import { readStatus, readUserInput } from "./user-input.ts";
import type { UserInput } from "./user-input.ts";
import type { UserRecord } from "./user-record.ts";

/** Finds the user that a request names by `loginId` (a login ID or a user ID), `identifier` or `userId`. */
export function namedUser({ project, body }: Call): UserRecord {
  const userId = readString(body, "userId");
  const loginId = readString(body, "loginId") ?? readString(body, "identifier");
  if ((userId ?? "") === "" && (loginId ?? "") === "") throw missing("Missing loginId");
  const user =
    userId !== undefined && userId !== "" ? project.users.byUserId(userId) : project.users.find(loginId ?? "");
  if (user === undefined) throw userNotFound();
  return user;
}

/** The answer with one user. */
export function answerUser(user: UserRecord): OperationResult {
  return new JsonText(`{"user":${writeUser(user)}}`);
}

function findInput(project: ProjectState, input: UserInput): UserRecord {
  if (input.loginId === undefined || input.loginId === "") throw missing("Missing loginId");
  const user = project.users.find(input.loginId);
  if (user === undefined) throw userNotFound();
  return user;
}

/** The login IDs after a change, all free. */
function nextLoginIds(project: ProjectState, user: UserRecord, wanted: readonly string[]): readonly string[] {
  const loginIds = uniqueLoginIds(project, wanted);
  for (const loginId of loginIds) {
    const owner = project.users.byLoginId(loginId);
    if (owner !== undefined && owner !== user) throw userExists();
  }
  const same = loginIds.length === user.loginIds.length && loginIds.every((loginId, i) => loginId === user.loginIds[i]);
  return same ? user.loginIds : loginIds;
}

function primaryOf(project: ProjectState, user: UserRecord, input: UserInput): readonly string[] {
  const named = user.loginIds.find((loginId) => project.users.same(loginId, input.loginId ?? ""));
  return named === undefined ? user.loginIds : [named];
}

function updateWhole({ project, body }: Call): OperationResult {
  const input = readUserInput(body, project.variants.unknownFields);
  const user = findInput(project, input);
  const change = prepareChange(project, input);
  requireContact(change);
  const additional = input.additionalLoginIds;
  const loginIds =
    additional === undefined && project.variants.updateAdditionalLoginIds === "kept"
      ? user.loginIds
      : nextLoginIds(project, user, [...primaryOf(project, user, input), ...(additional ?? [])]);
  project.users.change(user, (changed) => {
    overwrite(project, changed, change);
    changed.loginIds = loginIds;
  });
  return answerUser(user);
}

function patchOne(project: ProjectState, input: UserInput): UserRecord {
  const user = findInput(project, input);
  const change: UserChange = prepareChange(project, input);
  const additional = input.additionalLoginIds;
  const loginIds =
    additional === undefined
      ? user.loginIds
      : nextLoginIds(project, user, [
          ...(project.variants.patchAdditionalLoginIds === "add" ? user.loginIds : primaryOf(project, user, input)),
          ...additional,
        ]);
  project.users.change(user, (changed) => {
    patch(project, changed, change);
    changed.loginIds = loginIds;
  });
  return user;
}

function patchBatch({ project, body }: Call): OperationResult {
  const { batchLimit, unknownFields } = project.variants;
  const inputs = (readObjects(body, "users") ?? []).map((item) => readUserInput(item, unknownFields));
  if (batchLimit !== "none" && inputs.length > batchLimit)
    throw invalid(`The users field must have at most ${batchLimit} members`);
  const patched = new Set<UserRecord>();
  const failures: { readonly failure: string; readonly input: UserInput }[] = [];
  for (const input of inputs) {
    try {
      patched.add(patchOne(project, input));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failures.push({ failure: error.message, input });
    }
  }
  return new JsonText(writeBatch("patchedUsers", patched, failures));
}

/** An operation that changes one named user and answers with it. */
function changing(
  name: string,
  fields: readonly string[],
  prepareStep: (call: Call, user: UserRecord) => (user: UserRecord) => void,
): Operation {
  return {
    name,
    access: "management",
    fields: ["loginId", "identifier", ...fields],
    run: (call) => {
      const user = namedUser(call);
      call.project.users.change(user, prepareStep(call, user));
      return answerUser(user);
    },
  };
}

function updateLoginId({ project, body }: Call, user: UserRecord): (user: UserRecord) => void {
  const old = readString(body, "loginId") ?? "";
  const wanted = readString(body, "newLoginId") ?? "";
  const others = user.loginIds.filter((loginId) => !project.users.same(loginId, old));
  if (wanted === "" && others.length === 0) throw conflicting("The last login ID of a user cannot be removed");
  const loginIds =
    wanted === ""
      ? nextLoginIds(project, user, others)
      : nextLoginIds(
          project,
          user,
          others.length === user.loginIds.length
            ? [...others, wanted]
            : user.loginIds.map((loginId) => (project.users.same(loginId, old) ? wanted : loginId)),
        );
  return (changed) => {
    changed.loginIds = loginIds;
  };
}

/** Refuses a contact that is another user's login ID, or merges that user into this one, as the request says. */
function settleConflict(call: Call, user: UserRecord, contact: string): void {
  const { project } = call;
  const other = contact === "" ? undefined : project.users.byLoginId(contact);
  if (other === undefined || other === user) return;
  if (readBoolean(call.body, "failOnConflict") === true)
    throw new Refusal(400, "E111127", "Login ID conflict", "The value is a login ID of another user");
  project.users.remove(other);
  project.users.change(user, (changed) => {
    changed.loginIds = uniqueLoginIds(project, [...changed.loginIds, ...other.loginIds]);
    changed.roles = [...new Set([...changed.roles, ...other.roles])];
    const held = new Set(changed.memberships.map((membership) => membership.tenant));
    changed.memberships = [
      ...changed.memberships,
      ...other.memberships.filter((membership) => !held.has(membership.tenant)),
    ];
    changed.customAttributes = { ...other.customAttributes, ...changed.customAttributes };
    changed.extras = { ...other.extras, ...changed.extras };
  });
}

function changeRoles(
  name: string,
  combine: (held: readonly Role[], named: readonly Role[]) => readonly Role[],
): Operation {
  return changing(name, ["roleNames", "tenantId"], ({ project, body }, user) => {
    const tenantId = readString(body, "tenantId") ?? "";
    const named = findRoles(project.roles, readStrings(body, "roleNames") ?? [], tenantId);
    if (tenantId === "")
      return (changed) => {
        changed.roles = combine(changed.roles, named);
      };
    project.tenants.require(tenantId);
    if (!user.memberships.some((membership) => membership.tenant.id === tenantId))
      throw conflicting("The user is not in the tenant");
    return (changed) => {
      changed.memberships = changed.memberships.map((membership) =>
        membership.tenant.id === tenantId
          ? { tenant: membership.tenant, roles: combine(membership.roles, named) }
          : membership,
      );
    };
  });
}

function changeApps(
  name: string,
  combine: (held: readonly string[], named: readonly string[]) => readonly string[],
): Operation {
  return changing(name, ["ssoAppIds", "ssoAppIDs"], ({ body }) => {
    const named = readStrings(body, "ssoAppIds") ?? readStrings(body, "ssoAppIDs") ?? [];
    return (changed) => {
      const ssoAppIds = combine(changed.extras.ssoAppIds ?? [], named);
      changed.extras = { ...changed.extras, ssoAppIds };
    };
  });
}

function union<T>(one: readonly T[], other: readonly T[]): readonly T[] {
  return [...new Set([...one, ...other])];
}

function difference<T>(one: readonly T[], other: readonly T[]): readonly T[] {
  return one.filter((member) => !other.includes(member));
}

function readAttribute({ project, body }: Call): JsonObject {
  const key = requireString(body, "attributeKey");
  return checkAttributes({ [key]: body["attributeValue"] ?? null }, project.attributes, project.variants);
}

export const updateUserOperations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/user/update",
    access: "management",
    partly: "hashed passwords are refused",
    run: updateWhole,
  },
  {
    name: "PATCH /v1/mgmt/user/patch",
    access: "management",
    run: ({ project, body }) => answerUser(patchOne(project, readUserInput(body, project.variants.unknownFields))),
  },
  { name: "PATCH /v1/mgmt/user/patch/batch", access: "management", fields: ["users"], run: patchBatch },
  changing("POST /v1/mgmt/user/update/status", ["status"], ({ body }) => {
    const status = readStatus(body["status"]);
    if (status === undefined) throw missing("Missing status");
    return (changed) => {
      changed.status = status;
    };
  }),
  changing("POST /v1/mgmt/user/update/loginid", ["newLoginId"], updateLoginId),
  changing("POST /v1/mgmt/user/update/email", ["email", "verified", "failOnConflict"], (call, user) => {
    const email = readEmail(readString(call.body, "email") ?? "");
    if (email === "" && user.phone === "") throw missing("Missing email or phone");
    settleConflict(call, user, email);
    const verified = readBoolean(call.body, "verified") === true && email !== "";
    return (changed) => {
      changed.email = email;
      changed.verifiedEmail = verified;
    };
  }),
  changing("POST /v1/mgmt/user/update/phone", ["phone", "verified", "failOnConflict"], (call, user) => {
    const phone = readPhone(readString(call.body, "phone") ?? "");
    if (phone === "" && user.email === "") throw missing("Missing email or phone");
    settleConflict(call, user, phone);
    const verified = readBoolean(call.body, "verified") === true && phone !== "";
    return (changed) => {
      changed.phone = phone;
      changed.verifiedPhone = verified;
    };
  }),
  changing(
    "POST /v1/mgmt/user/update/name",
    ["name", "displayName", "givenName", "middleName", "familyName"],
    ({ body }) => {
      const name = readString(body, "name") ?? readString(body, "displayName");
      const given = readString(body, "givenName");
      const middle = readString(body, "middleName");
      const family = readString(body, "familyName");
      return (changed) => {
        changed.name = name ?? changed.name;
        changed.givenName = given ?? changed.givenName;
        changed.middleName = middle ?? changed.middleName;
        changed.familyName = family ?? changed.familyName;
      };
    },
  ),
  changing("POST /v1/mgmt/user/update/picture", ["picture"], ({ body }) => {
    const picture = readString(body, "picture") ?? "";
    return (changed) => {
      changed.picture = picture;
    };
  }),
  changing("POST /v1/mgmt/user/update/customAttribute", ["attributeKey", "attributeValue"], (call) => {
    const attributes = readAttribute(call);
    return (changed) => {
      const merged = { ...changed.customAttributes, ...attributes };
      changed.customAttributes = Object.fromEntries(
        Object.entries(merged).filter(([, value]) => value !== null),
      ) as UserRecord["customAttributes"];
    };
  }),
  changing("POST /v1/mgmt/user/update/tenant/add", ["tenantId"], ({ project, body }, user) => {
    const tenant = project.tenants.require(requireString(body, "tenantId"));
    const there = user.memberships.some((membership) => membership.tenant === tenant);
    return (changed) => {
      if (!there) changed.memberships = [...changed.memberships, { tenant, roles: [] }];
    };
  }),
  changing("POST /v1/mgmt/user/update/tenant/remove", ["tenantId"], ({ project, body }) => {
    const tenant = project.tenants.require(requireString(body, "tenantId"));
    return (changed) => {
      changed.memberships = changed.memberships.filter((held) => held.tenant !== tenant);
    };
  }),
  changeRoles("POST /v1/mgmt/user/update/role/set", (_held, named) => named),
  changeRoles("POST /v1/mgmt/user/update/role/add", union),
  changeRoles("POST /v2/mgmt/user/update/role/add", union),
  changeRoles("POST /v1/mgmt/user/update/role/remove", difference),
  changeApps("POST /v1/mgmt/user/update/ssoapp/set", (_held, named) => named),
  changeApps("POST /v1/mgmt/user/update/ssoapp/add", union),
  changeApps("POST /v1/mgmt/user/update/ssoapp/remove", difference),
  changing("POST /v1/mgmt/user/update/recovery/email", ["recoveryEmail", "verified"], ({ body }) => {
    const recoveryEmail = readEmail(readString(body, "recoveryEmail") ?? "");
    const verifiedRecoveryEmail = readBoolean(body, "verified") === true && recoveryEmail !== "";
    return (changed) => {
      changed.extras = { ...changed.extras, recoveryEmail, verifiedRecoveryEmail };
    };
  }),
  changing("POST /v1/mgmt/user/update/recovery/phone", ["recoveryPhone", "verified"], ({ body }) => {
    const recoveryPhone = readPhone(readString(body, "recoveryPhone") ?? "");
    const verifiedRecoveryPhone = readBoolean(body, "verified") === true && recoveryPhone !== "";
    return (changed) => {
      changed.extras = { ...changed.extras, recoveryPhone, verifiedRecoveryPhone };
    };
  }),
  {
    name: "POST /v1/mgmt/user/totp/delete",
    access: "management",
    fields: ["loginId"],
    run: (call) => {
      call.project.users.change(namedUser(call), (changed) => {
        const { totpSeed: _seed, ...rest } = changed.extras;
        changed.extras = rest;
      });
      return nothing;
    },
  },
];
