/**
 * One user of every kind that makes a migration difficult. Tests and rehearsals find them by the name of their kind, which is
 * also the start of their username where the kind leaves that free.
 */

import type { Identity } from "../cognito/identities.ts";
import type { SignInState } from "../cognito/sign-in-state.ts";
import type { UserStatus } from "../cognito/user-record.ts";

/** A kind of user with what is special about it. */
export interface UserKind {
  readonly kind: string;
  readonly username?: string;
  /** Names and values, without `sub`. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly status?: UserStatus;
  readonly enabled?: boolean;
  readonly identities?: readonly Identity[];
  readonly signIn?: SignInState;
  /** Names of groups to join besides none. */
  readonly groups?: readonly string[];
}

/** Names of the identity providers that kinds refer to. */
export const providerNames = {
  google: "Google",
  saml: "Okta",
  samlEncrypted: "EntraID",
  oidc: "Partner_OIDC",
} as const;

/** Names of groups made for one user that has as many as AWS allows. */
export const manyGroups: readonly string[] = Array.from(
  { length: 100 },
  (_, i) => `squad-${String(i + 1).padStart(3, "0")}`,
);

const verified = (email: string): (readonly [string, string])[] => [
  ["email", email],
  ["email_verified", "true"],
];

const firstSignIn = 1_704_067_200_000;

function identity(
  providerName: string,
  providerType: string,
  userId: string,
  primary: boolean,
  issuer: string | null = null,
): Identity {
  return { userId, providerName, providerType, issuer, primary, dateCreated: firstSignIn };
}

const samlIssuer = "http://www.okta.example/exk1";

/** Every kind, in a fixed order. */
export function everyKind(userPoolId: string): readonly UserKind[] {
  const automatic = (provider: string): readonly string[] => [`${userPoolId}_${provider}`];
  return [
    {
      kind: "complete-profile",
      attributes: [
        ...verified("complete@example.com"),
        ["phone_number", "+12025550100"],
        ["phone_number_verified", "true"],
        ["name", "Complete Profile"],
        ["given_name", "Complete"],
        ["middle_name", "With Every"],
        ["family_name", "Profile"],
        ["nickname", "comp"],
        ["preferred_username", "complete-preferred"],
        ["profile", "https://example.com/u/complete"],
        ["picture", "https://example.com/p/complete.png"],
        ["website", "https://complete.example.com"],
        ["gender", "unspecified"],
        ["birthdate", "1984-02-29"],
        ["zoneinfo", "Europe/Berlin"],
        ["locale", "de-DE"],
        ["address", '{"street_address":"1 Main St","locality":"Springfield","country":"US"}'],
        ["updated_at", "1719792000"],
        ["custom:plan", "enterprise"],
      ],
    },
    {
      kind: "phone-only",
      attributes: [
        ["phone_number", "+12025550101"],
        ["phone_number_verified", "true"],
      ],
    },
    { kind: "username-only", attributes: [["name", "No Contact"]] },
    { kind: "no-attributes", attributes: [] },
    { kind: "disabled", attributes: verified("disabled@example.com"), enabled: false },
    {
      kind: "unconfirmed",
      attributes: [["email", "unconfirmed@example.com"]],
      status: "UNCONFIRMED",
    },
    {
      kind: "force-change-password",
      attributes: verified("invited@example.com"),
      status: "FORCE_CHANGE_PASSWORD",
    },
    {
      kind: "temporary-password-expired",
      attributes: verified("invited-long-ago@example.com"),
      status: "FORCE_CHANGE_PASSWORD",
      signIn: { temporaryPasswordExpiresAt: firstSignIn },
    },
    { kind: "reset-required", attributes: verified("reset@example.com"), status: "RESET_REQUIRED" },
    { kind: "archived", attributes: verified("archived@example.com"), status: "ARCHIVED" },
    { kind: "compromised", attributes: verified("compromised@example.com"), status: "COMPROMISED" },
    { kind: "unknown-status", attributes: verified("unknown@example.com"), status: "UNKNOWN" },
    {
      kind: "google",
      username: `${providerNames.google}_104523456789012345678`,
      attributes: [
        ["email", "google.person@gmail.example"],
        ["email_verified", "false"],
        ["name", "Google Person"],
      ],
      status: "EXTERNAL_PROVIDER",
      identities: [identity(providerNames.google, "Google", "104523456789012345678", true)],
      groups: automatic(providerNames.google),
    },
    {
      kind: "saml",
      username: `${providerNames.saml}_Saml.Person@corp.example.com`,
      attributes: [
        ["email", "Saml.Person@corp.example.com"],
        ["custom:groups", "[Engineering, Platform+Team]"],
      ],
      status: "EXTERNAL_PROVIDER",
      identities: [identity(providerNames.saml, "SAML", "Saml.Person@corp.example.com", true, samlIssuer)],
      groups: automatic(providerNames.saml),
    },
    {
      kind: "oidc",
      username: `${providerNames.oidc}_9b1deb4d`,
      attributes: verified("oidc.person@partner.example"),
      status: "EXTERNAL_PROVIDER",
      identities: [identity(providerNames.oidc, "OIDC", "9b1deb4d", true)],
      groups: automatic(providerNames.oidc),
    },
    {
      kind: "federated-with-password",
      username: `${providerNames.google}_204523456789012345678`,
      attributes: verified("federated.password@gmail.example"),
      status: "CONFIRMED",
      identities: [identity(providerNames.google, "Google", "204523456789012345678", true)],
    },
    {
      kind: "linked",
      attributes: verified("linked@example.com"),
      identities: [
        identity(providerNames.google, "Google", "304523456789012345678", false),
        identity(providerNames.saml, "SAML", "linked@corp.example.com", false, samlIssuer),
      ],
    },
    { kind: "twin-local", attributes: verified("twin@example.com") },
    {
      kind: "twin-federated",
      username: `${providerNames.google}_404523456789012345678`,
      attributes: [["email", "twin@example.com"]],
      status: "EXTERNAL_PROVIDER",
      identities: [identity(providerNames.google, "Google", "404523456789012345678", true)],
    },
    { kind: "same-email-verified", attributes: verified("shared@example.com") },
    {
      kind: "same-email-unverified",
      attributes: [
        ["email", "shared@example.com"],
        ["email_verified", "false"],
      ],
    },
    {
      kind: "case-variant",
      username: "Case-Variant",
      attributes: verified("Case.Variant@example.com"),
    },
    {
      kind: "case-variant-lower",
      username: "case-variant",
      attributes: verified("case.variant@example.com"),
    },
    {
      kind: "unverified",
      attributes: [
        ["email", "unverified@example.com"],
        ["email_verified", "false"],
      ],
    },
    { kind: "verified-flag-absent", attributes: [["email", "no-flag@example.com"]] },
    {
      kind: "both-contacts-one-verified",
      attributes: [
        ["email", "half@example.com"],
        ["email_verified", "false"],
        ["phone_number", "+12025550102"],
        ["phone_number_verified", "true"],
      ],
    },
    {
      kind: "emoji",
      username: "emoji-🦊",
      attributes: [...verified("emoji@example.com"), ["name", "Fox 🦊👩‍👩‍👧‍👦"], ["nickname", "🦊"]],
    },
    {
      kind: "right-to-left",
      username: "مستخدم",
      attributes: [...verified("rtl@example.com"), ["name", "محمد بن سلمان"], ["family_name", "כהן"]],
    },
    { kind: "international-email", attributes: verified("用户@例子.example") },
    {
      kind: "quotes",
      attributes: [...verified("o'neil+tag@example.com"), ["name", 'Back\\slash "Quote" <b>&amp;\n\tTab']],
    },
    { kind: "empty-value", attributes: [...verified("empty@example.com"), ["nickname", ""]] },
    {
      kind: "longest-value",
      attributes: [...verified("longest@example.com"), ["custom:notes", "n".repeat(2048)]],
    },
    {
      kind: "longest-value-multibyte",
      attributes: [...verified("longest-utf8@example.com"), ["custom:notes", `${"字".repeat(682)}ab`]],
    },
    {
      kind: "every-custom-type",
      attributes: [
        ...verified("types@example.com"),
        ["custom:plan", "free"],
        ["custom:seats", "42"],
        ["custom:newsletter", "true"],
        ["custom:trial_ends", "2024-03-01T10:00:00Z"],
        ["dev:custom:risk", "low"],
      ],
    },
    {
      kind: "boolean-false",
      attributes: [...verified("boolean@example.com"), ["custom:newsletter", "False"]],
    },
    {
      kind: "big-number",
      attributes: [...verified("big@example.com"), ["custom:ledger_id", "9007199254740993"]],
    },
    {
      kind: "negative-number",
      attributes: [...verified("negative@example.com"), ["custom:ledger_id", "-17"]],
    },
    {
      kind: "colliding-attribute-names",
      attributes: [
        ...verified("colliding@example.com"),
        ["custom:region.of.residence1", "from the name with dots"],
        ["custom:region/of/residence1", "from the name with slashes"],
        ["custom:größe", "180"],
      ],
    },
    {
      kind: "developer-only",
      attributes: [...verified("developer-only@example.com"), ["dev:custom:risk", "high"]],
    },
    { kind: "hundred-groups", attributes: verified("hundred@example.com"), groups: manyGroups },
    {
      kind: "longest-username",
      username: `u${"x".repeat(127)}`,
      attributes: verified("longest-username@example.com"),
    },
    {
      kind: "username-is-email",
      username: "someone@elsewhere.example",
      attributes: verified("someone-else@example.com"),
    },
    {
      kind: "preferred-username",
      attributes: [...verified("preferred@example.com"), ["preferred_username", "The.Preferred.One"]],
    },
    {
      kind: "sms-mfa",
      attributes: [
        ...verified("sms-mfa@example.com"),
        ["phone_number", "+12025550103"],
        ["phone_number_verified", "true"],
      ],
      signIn: { mfaEnabled: ["SMS_MFA"], mfaPreferred: "SMS_MFA" },
    },
    {
      kind: "totp-mfa",
      attributes: verified("totp-mfa@example.com"),
      signIn: {
        totpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        mfaEnabled: ["SOFTWARE_TOKEN_MFA"],
        mfaPreferred: "SOFTWARE_TOKEN_MFA",
      },
    },
    { kind: "disabled-without-contact", attributes: [], enabled: false },
    {
      kind: "unconfirmed-disabled",
      attributes: [["email", "ghost@example.com"]],
      status: "UNCONFIRMED",
      enabled: false,
    },
  ];
}
