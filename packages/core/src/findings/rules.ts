/** Every rule that makes findings, with its severity and its one-line message. Each has a page in `docs/findings/`. */
export const FINDING_RULES = {
  // About one user.
  "user-no-contact": [
    "warning",
    "users without a valid email address or phone number are left out: Descope refuses them",
  ],
  "user-no-contact-placeholder": ["warning", "users without contact data get a placeholder email address"],
  "user-no-login-id": ["warning", "users that no login ID remains for are left out"],
  "user-merged": ["warning", "users are merged into another user with the same verified email address or phone number"],
  "user-disabled": ["note", "disabled users stay disabled"],
  "user-unconfirmed": ["note", "unconfirmed users are treated by policy"],
  "user-must-set-password": ["note", "users hold a temporary or reset password in Cognito and must set a new one"],
  "user-federated": ["note", "users sign in through an external identity provider"],
  "user-skipped-by-policy": ["note", "users are left out by the configured policy"],
  "user-status-retired": ["warning", "users with a status that Cognito no longer uses are imported disabled"],
  "user-exists": ["note", "users that the project already has are patched"],
  "user-exists-unproven": [
    "warning",
    "users share a login ID with a project user and nothing proves that they are the same person: left out",
  ],
  "user-enabled-only-in-cognito": ["note", "users are enabled in Cognito and disabled in Descope: they stay disabled"],
  "user-transform-failed": ["warning", "users are left out because the configured transform failed on them"],
  "user-in-several-pools": [
    "blocker",
    "users of different pools have the same verified email address, and no rule says whether they are one person",
  ],
  "user-kept-apart": [
    "warning",
    "users of different pools have the same verified email address and stay apart: see why for each",
  ],
  "user-of-one-pool-only": [
    "warning",
    "users are one user of the project with another pool's, and give it nothing any more: see why for each",
  ],
  "merged-values-differ": [
    "warning",
    "values of users that become one differ between their pools: those of the pool listed first count",
  ],
  "login-id-shared": ["warning", "login IDs are wanted by several users: each goes to one of them"],
  "login-id-taken": ["warning", "login IDs belong to another user of the project and are left with it"],
  "email-invalid": ["warning", "email addresses that are not valid are left out"],
  "email-unverified": ["note", "email addresses are imported as not verified"],
  "phone-invalid": ["warning", "phone numbers that are not in E.164 form are left out"],
  "attribute-value-invalid": ["warning", "attribute values that do not fit their type are left out"],
  "identities-invalid": ["warning", "`identities` that cannot be read are kept as text and decide nothing"],
  "user-gone": ["note", "users are gone from the pool"],
  // About attributes.
  "attribute-renamed": ["note", "attributes get a name that Descope allows"],
  "attribute-type-conflict": ["blocker", "attributes exist in the project with another type"],
  "attribute-number-as-text": ["note", "number attributes hold values that only text keeps exactly"],
  "attribute-datetime-as-text": ["note", "date attributes are kept as text"],
  // About groups, roles and tenants.
  "group-provider-skipped": [
    "note",
    "groups that Cognito made for an identity provider are not business roles and are left out",
  ],
  "group-iam-role-dropped": ["note", "groups offer an IAM role, which Descope has no place for"],
  "group-precedence-dropped": ["note", "groups have a precedence, which Descope has no place for"],
  "role-shared-by-pools": ["note", "groups of one name in several pools become one role"],
  "tenant-name-taken": ["blocker", "tenants are to be created with a name that another tenant of the project has"],
  "role-renamed": ["warning", "role names are shortened to 100 characters or numbered, so that they differ"],
  "role-description-shortened": ["note", "role descriptions are shortened to 254 characters"],
  "role-has-permissions": ["warning", "groups map to roles that exist in the project and carry permissions"],
  // About the pool.
  "pool-empty": ["warning", "the pool has no users"],
  "pool-count-differs": ["note", "the number of users read differs from the pool's own estimate"],
  "source-shrank": [
    "blocker",
    "more users are missing from the pool than may be gone in one go: nobody is disabled or deleted",
  ],
  "user-missed-by-listing": ["note", "users that a listing of the pool did not show are there all the same"],
  "pool-case-sensitive": ["note", "usernames of the pool differ by case"],
  "passwords-not-exportable": [
    "note",
    "Cognito exports no password: users set a new one, go passwordless, or sign in once through just-in-time migration",
  ],
  "mfa-not-exportable": ["warning", "Cognito exports no TOTP seed and no passkey: users enrol again"],
  "trigger-not-migrated": ["warning", "Lambda triggers must be rebuilt in Descope flows"],
  "user-migration-trigger": [
    "warning",
    "a user migration trigger would create users in Cognito while you move away from it",
  ],
  "connection-not-migrated": ["warning", "SAML, OIDC and social connections are not part of the user import"],
  // About sign-in through OpenID Connect.
  "oidc-no-domain": ["blocker", "the pool has no domain, so nobody can sign in on a page of Cognito"],
  "oidc-email-unproven": [
    "blocker",
    "users of the pool can hold an email address that is not proved to be theirs, and by it they would become somebody else in Descope",
  ],
  "oidc-groups-not-mapped": [
    "note",
    "groups do not come along with a sign-in: the next run of the import brings roles",
  ],
  "oidc-providers-left-out": ["note", "identity providers of the pool are not offered on the sign-in page for Descope"],
  "oidc-required-attribute": [
    "blocker",
    "the pool requires attributes that Descope's tokens do not bring, or that may not change at a later sign-in",
  ],
  "oidc-users-of-their-own": [
    "warning",
    "users who sign in through Descope become users of their own in Cognito, beside those that they have already",
  ],
  "oidc-attribute-not-in-tokens": ["note", "developer-only attributes do not come along with a sign-in"],
  // About a set-up of just-in-time migration.
  "jit-flow-not-allowed": ["blocker", "app clients do not allow the flow by which passwords are checked"],
  "jit-secret-unusable": [
    "blocker",
    "app clients have a secret, which a connector that calls Cognito itself cannot use",
  ],
  "jit-client-live": ["warning", "app clients that were there before are changed: every setting is written anew"],
  "jit-client-doubled": ["warning", "app clients look as if an earlier set-up had made them and are not used"],
  "jit-users-told-apart": ["warning", "app clients tell an unknown user from a wrong password"],
  "jit-attributes-unreadable": [
    "warning",
    "attributes are hidden from the app client, so that sign-in does not bring them along",
  ],
  "jit-password-policy-stricter": [
    "warning",
    "the project refuses passwords that the pool allows: their users must set new ones",
  ],
  "jit-mfa-challenges": ["warning", "users with a second factor are answered with a challenge instead of tokens"],
  "jit-threat-protection": ["warning", "threat protection judges sign-ins, and sees all of them come from one place"],
  "jit-trigger-runs": ["warning", "Lambda triggers run at each check of a password"],
  "jit-custom-challenge": ["warning", "custom challenges of the pool are not asked when a password is checked"],
  "jit-signs-in-by-username": ["warning", "users sign in by name and not by address: the flow must ask for the name"],
  "jit-gateway-plain-http": ["warning", "the gateway is reached without TLS, which only this machine can do"],
  "jit-secrets-unproven": [
    "warning",
    "connectors were made by hand: whether their secrets are the right ones cannot be read",
  ],
  "jit-flow-kept": [
    "warning",
    "flows of an earlier set-up differ from what would be made now, and are left as they are",
  ],
  "jit-cognito-not-offered": ["note", "app clients do not list Cognito among their identity providers"],
  "jit-refresh-not-allowed": ["note", "app clients do not allow tokens to be refreshed"],
  "jit-oauth-settings": ["note", "app clients have OAuth settings, which a check of passwords does not need"],
  "jit-tokens-live-long": ["note", "refresh tokens of a check would be good for more than a day"],
  "jit-email-unverified": ["note", "pools do not verify email addresses at sign-up"],
  "jit-mail-limited": ["note", "pools send mail by Cognito's own sender, which is limited to few a day"],
  "jit-devices-remembered": ["note", "pools remember devices, and all checks come from none"],
  "jit-passwordless-users": ["note", "pools let users sign in without a password"],
  "jit-quota-shared": [
    "note",
    "checks draw on the sign-in quota of the AWS account and region, which live sign-ins share",
  ],
  "jit-web-acl": ["note", "a web ACL of the pool would see every check come from one place; it was not looked for"],
  // About a rollback.
  "rollback-user-changed": ["warning", "users were changed by somebody since the run and are left as they are"],
  "rollback-user-recreated": ["warning", "users that the run deleted are created again, with new user IDs"],
  "rollback-image-missing": ["warning", "users were written by the run, and nothing is known of what they were before"],
  "rollback-definition-used": ["warning", "definitions that the run created are still used and stay"],
  "rollback-definition-changed": ["warning", "definitions that the run created were changed since and stay"],
} as const;

export type FindingRule = keyof typeof FINDING_RULES;
