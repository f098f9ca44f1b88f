/** What requests say about a user, with every alias of every field, read in one pass. */

import { asBoolean, asInteger, asObject, asString, asStrings, isJsonObject } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { invalid, malformed } from "../refusal.ts";
import { userStatuses } from "./user-record.ts";
import type { UserStatus } from "./user-record.ts";

/** A tenant and roles as a request names them. */
export interface MembershipInput {
  readonly tenantId: string;
  readonly roleNames: readonly string[];
}

/** What a request says; undefined is what it does not say. */
export class UserInput {
  loginId: string | undefined = undefined;
  email: string | undefined = undefined;
  phone: string | undefined = undefined;
  verifiedEmail: boolean | undefined = undefined;
  verifiedPhone: boolean | undefined = undefined;
  name: string | undefined = undefined;
  givenName: string | undefined = undefined;
  middleName: string | undefined = undefined;
  familyName: string | undefined = undefined;
  picture: string | undefined = undefined;
  /** An empty list also stands for null, which clears. */
  roleNames: readonly string[] | undefined = undefined;
  userTenants: readonly MembershipInput[] | undefined = undefined;
  customAttributes: JsonObject | undefined = undefined;
  additionalLoginIds: readonly string[] | undefined = undefined;
  ssoAppIds: readonly string[] | undefined = undefined;
  status: UserStatus | undefined = undefined;
  password: string | undefined = undefined;
  hashedPassword: JsonObject | undefined = undefined;
  createdTime: number | undefined = undefined;
  seed: string | undefined = undefined;
  test: boolean | undefined = undefined;
  scim: boolean | undefined = undefined;
  invite: boolean | undefined = undefined;
  recoveryEmail: string | undefined = undefined;
  recoveryPhone: string | undefined = undefined;
  verifiedRecoveryEmail: boolean | undefined = undefined;
  verifiedRecoveryPhone: boolean | undefined = undefined;
}

/** Options of an invitation; nothing is sent here, so they are accepted and not looked at. */
const invitationFields = new Set(["inviteUrl", "sendMail", "sendSMS", "templateId", "templateOptions", "locale"]);

/**
 * Reads a user from a request.
 *
 * @param unknownFields - Whether a field that no operation knows is ignored or refused.
 * @throws Refusal when a field has a wrong type.
 */
export function readUserInput(from: JsonObject, unknownFields: "ignored" | "refused"): UserInput {
  const input = new UserInput();
  for (const key in from) {
    const value = from[key];
    switch (key) {
      case "loginId":
      case "identifier":
      case "loginIdOrUserId":
        input.loginId = asString(value, key) ?? input.loginId;
        break;
      case "name":
      case "displayName":
        input.name = asString(value, key) ?? input.name;
        break;
      case "phone":
      case "phoneNumber":
        input.phone = asString(value, key) ?? input.phone;
        break;
      case "additionalIdentifiers":
      case "additionalLoginIds":
        input.additionalLoginIds = asStrings(value, key) ?? input.additionalLoginIds;
        break;
      case "ssoAppIds":
      case "ssoAppIDs":
        input.ssoAppIds = value === null ? [] : asStrings(value, key);
        break;
      case "email":
      case "givenName":
      case "middleName":
      case "familyName":
      case "picture":
      case "password":
      case "seed":
      case "recoveryEmail":
      case "recoveryPhone":
        input[key] = asString(value, key);
        break;
      case "verifiedEmail":
      case "verifiedPhone":
      case "test":
      case "scim":
      case "invite":
      case "verifiedRecoveryEmail":
      case "verifiedRecoveryPhone":
        input[key] = asBoolean(value, key);
        break;
      case "roleNames":
        input.roleNames = value === null ? [] : asStrings(value, key);
        break;
      case "userTenants":
        input.userTenants = value === null ? [] : readMemberships(value);
        break;
      case "customAttributes":
        input.customAttributes = asObject(value, key);
        break;
      case "hashedPassword":
        input.hashedPassword = asObject(value, key);
        break;
      case "createdTime":
        input.createdTime = asInteger(value, key);
        break;
      case "status":
        input.status = readStatus(value);
        break;
      default:
        if (unknownFields === "refused" && !invitationFields.has(key)) throw malformed(`Unknown field: ${key}`);
    }
  }
  return input;
}

/** Reads a status; an empty one is none. */
export function readStatus(value: unknown): UserStatus | undefined {
  const status = asString(value, "status");
  if (status === undefined || status === "") return undefined;
  const known = userStatuses.find((one) => one === status);
  if (known === undefined) throw invalid(`The status field must be one of ${userStatuses.join(", ")}`);
  return known;
}

function readMemberships(value: unknown): readonly MembershipInput[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw malformed("userTenants must be a list");
  return value.map((member: unknown) => {
    if (!isJsonObject(member)) throw malformed("userTenants must be a list of objects");
    const tenantId = asString(member["tenantId"], "tenantId");
    if (tenantId === undefined || tenantId === "") throw malformed("userTenants must name a tenantId each");
    const roleNames = asStrings(member["roleNames"], "roleNames") ?? asStrings(member["roles"], "roles") ?? [];
    return { tenantId, roleNames };
  });
}
