import { isDeepStrictEqual } from "node:util";
import { createFindings, mapUser, type NewProjectUser, observeUsers, type PoolUser } from "@cognito-to-descope/core";
import { mapAttributes } from "../packages/core/src/mapping/attribute-mapping.ts";
import { mapGroups } from "../packages/core/src/mapping/group-mapping.ts";
import { mappingRules, poolGroup, poolSnapshot, poolUser, projectSnapshot } from "../packages/core/test/samples.ts";
import { table } from "./markdown-table.ts";

type Change = Partial<PoolUser> & { readonly groups?: readonly string[] };

/** What of a pool's user is shown, with what stands beside it for it to mean something. */
const SAMPLES: readonly (readonly [field: string, value: string, change: Change, beside?: Change])[] = [
  ["sub", "7c4b0a52-…", {}],
  ["Username", "ada", {}],
  ...(
    [
      ["email", "Ada@Example.com", { phone_number: "+14155550100" }],
      ["email_verified", "true", { email: "ada@example.com" }],
      ["phone_number", "+14155550100", { email: "ada@example.com" }],
      ["phone_number_verified", "true", { phone_number: "+14155550100" }],
      ["name", "Ada Lovelace"],
      ["given_name", "Ada"],
      ["middle_name", "King"],
      ["family_name", "Lovelace"],
      ["picture", "https://example.com/ada.png"],
      ["address", "1 High Street"],
      ["birthdate", "1815-12-10"],
      ["gender", "female"],
      ["locale", "en-GB"],
      ["nickname", "countess"],
      ["preferred_username", "ada.l"],
      ["profile", "https://example.com/ada"],
      ["updated_at", "1700000000"],
      ["website", "https://example.com"],
      ["zoneinfo", "Europe/London"],
      ["custom:plan", "gold"],
      ["custom:seats", "7"],
      ["custom:active", "TRUE"],
      ["custom:since", "2020-01-01T00:00:00Z"],
      ["custom:a_name_of_more_than_20", "x"],
      ["dev:custom:partner", "acme"],
    ] as const
  ).map(([name, value, beside]): readonly [string, string, Change, Change?] => [
    name,
    value,
    { attributes: { ...beside, [name]: value } },
    { attributes: { ...beside } },
  ]),
  ["identities", "one of Okta", { attributes: { identities: identity() } }],
  ["Enabled", "false", { enabled: false }],
  ...["CONFIRMED", "UNCONFIRMED", "FORCE_CHANGE_PASSWORD", "RESET_REQUIRED", "ARCHIVED", "COMPROMISED", "UNKNOWN"].map(
    (status): readonly [string, string, Change] => ["UserStatus", status, { status }],
  ),
  ["UserCreateDate", "2020-09-13T12:26:40.123Z", { createdAt: 1_600_000_000_123 }, { createdAt: 0 }],
  ["group", "editors", { groups: ["editors"] }],
];

const SCHEMA = [
  ["custom:plan", "String"],
  ["custom:seats", "Number"],
  ["custom:active", "Boolean"],
  ["custom:since", "DateTime"],
  ["custom:a_name_of_more_than_20", "String"],
  ["dev:custom:partner", "String"],
] as const;

/** A row for every field of a pool's user: a value, and what the default rules make of it. */
export function mappingTable(): string {
  const rows = SAMPLES.map(([field, value, change, beside = {}]) => {
    const { planned, findings } = map(change);
    const written = ownOf(planned, field) ?? difference(map(beside).planned, planned);
    const shown = Object.entries(written).map(
      ([name, result]) => `\`${name}\`: \`${typeof result === "string" ? result : JSON.stringify(result)}\``,
    );
    return [
      `\`${field}\``,
      `\`${value}\``,
      shown.join(", "),
      findings.map((rule) => `[${rule}](findings/${rule}.md)`).join(", ") || "–",
    ];
  });
  return table(["Cognito", "Value", "In the request to Descope", "Findings"], rows);
}

function map(change: Change): { readonly planned: NewProjectUser; readonly findings: readonly string[] } {
  const { groups = [], ...rest } = change;
  // Users without a contact are left out, so that every sample has one.
  const contact = { email: "ada@example.com", email_verified: "true" };
  const reached = rest.attributes?.["phone_number"] !== undefined || rest.attributes?.["email"] !== undefined;
  const attributes = { ...(reached ? {} : contact), ...rest.attributes };
  const user = poolUser({ ...rest, attributes });
  const observer = observeUsers();
  observer.add(user, groups);
  const pool = poolSnapshot({
    schema: SCHEMA.map(([name, type]) => ({ name, type, required: false, mutable: true })),
    groups: groups.map((name) => poolGroup(name)),
  });
  const rules = mappingRules();
  const setFindings = createFindings();
  const { targets } = mapAttributes(
    [{ pool, observation: observer.observation() }],
    projectSnapshot(),
    rules,
    setFindings,
  );
  const mapped = mapUser(
    { pool, rules, attributes: targets, groups: mapGroups(pool, rules, setFindings).effects },
    user,
    groups,
  );
  if (!("planned" in mapped)) throw new Error(`a sample is left out: ${mapped.leftOut}`);
  const own = Object.keys(rest.attributes ?? {});
  const ofSample = setFindings
    .list()
    .filter(({ subjects }) => subjects.some((text) => own.some((name) => text.startsWith(name))));
  return { planned: mapped.planned, findings: [...mapped.findings, ...ofSample].map(({ rule }) => rule) };
}

/** Fields of the request that came or changed, custom attributes each by itself. */
function difference(before: NewProjectUser, after: NewProjectUser): Readonly<Record<string, unknown>> {
  const one = flat(before);
  const other = flat(after);
  return Object.fromEntries(Object.entries(other).filter(([name, value]) => !isDeepStrictEqual(one[name], value)));
}

function flat({ customAttributes, ...fields }: NewProjectUser): Readonly<Record<string, unknown>> {
  const custom = Object.entries(customAttributes).map(([name, value]) => [`customAttributes.${name}`, value] as const);
  return { ...fields, ...Object.fromEntries(custom) };
}

/** What is written for everybody, and so differs from nothing. */
function ownOf(user: NewProjectUser, field: string): Readonly<Record<string, unknown>> | undefined {
  const { customAttributes, loginId, additionalLoginIds, status } = user;
  if (field === "sub") return { "customAttributes.cognitoSub": customAttributes["cognitoSub"] };
  if (field === "UserStatus" || field === "Enabled") return { status };
  if (field !== "Username") return undefined;
  return {
    "customAttributes.cognitoUsername": customAttributes["cognitoUsername"],
    loginIds: [loginId, ...additionalLoginIds],
  };
}

function identity(): string {
  return JSON.stringify([
    { userId: "ada", providerName: "Okta", providerType: "SAML", issuer: null, primary: false, dateCreated: 1 },
  ]);
}
