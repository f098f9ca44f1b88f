import type { FindingRule } from "@cognito-to-descope/core";

/** What the operator can do about each finding, in one or two sentences. The whole story is in `docs/findings/`. */
export const FINDING_ADVICE: Readonly<Record<FindingRule, string>> = {
  "user-no-contact":
    "Give these users an address in Cognito, or set `mapping.noContact` to a placeholder domain that you own. Until then they stay out.",
  "user-no-contact-placeholder":
    "Check that the placeholder domain is yours and receives no mail. The users need another way to sign in.",
  "user-no-login-id": "Add a source to `mapping.loginIds` that these users have, for example `username`.",
  "user-merged":
    "Look at a few of them with `c2d plan -v`. If they must stay apart, set `mapping.duplicates` to `first` or `skip` for users of one pool, `mapping.samePerson` to `never` for those of several.",
  "user-disabled": "Nothing to do. Enable a user in Descope when it should sign in again.",
  "user-unconfirmed": "Decide with `mapping.unconfirmed`: `invited` (default), `enabled`, `disabled` or `skip`.",
  "user-must-set-password":
    "Let the sign-in flow ask users with `freshlyMigrated` for a new password or a passwordless method.",
  "user-federated":
    'Set up the connection in Descope before the cut-over; `mapping.federated: "skip"` leaves these users out.',
  "user-skipped-by-policy":
    "This is what the config says. Change `mapping.unconfirmed`, `mapping.federated` or the transform if it is not meant.",
  "user-status-retired":
    "Look these users up in Cognito. They are imported disabled; enable the right ones in Descope.",
  "user-exists":
    "Look at the patches with `c2d plan -v`. Set `mapping.existing` to `skip` to leave project users alone.",
  "user-exists-unproven":
    'Check by hand whether they are the same people. `mapping.existing: "patch"` takes each for the same person without proof.',
  "user-enabled-only-in-cognito":
    "Enable the users in Descope if they should sign in. An import never enables anybody.",
  "user-transform-failed": "Run the transform on one of these users and mend it, then plan again.",
  "user-in-several-pools":
    'Set `mapping.samePerson` to `"verified-email"` if they are one person each, or to `"never"` to keep the users apart.',
  "user-kept-apart":
    "Look at the reasons. A disabled user, a shared mailbox or two users in the project are settled by hand before the cut-over.",
  "user-of-one-pool-only":
    "Look the users up in the project. Take tenants and roles of the pool in question away by hand where they must go.",
  "merged-values-differ":
    "List the pool whose values are right first under `sources`, or give the attribute a name for each pool with a transform.",
  "login-id-shared": "Decide with `mapping.duplicates` who gets a shared login ID, or clean the doubles up in Cognito.",
  "login-id-taken":
    "Find the owner in the project. Remove or rename it there if the pool's user should have the login ID.",
  "email-invalid": "Correct the addresses in Cognito, or repair them in a transform.",
  "email-unverified": "Nothing to do: the flow verifies an address when it is first used.",
  "phone-invalid": "Write the numbers in E.164 form (`+14155550100`) in Cognito, or repair them in a transform.",
  "attribute-value-invalid":
    'Send the attribute to text with `mapping.attributes.<name>.type: "string"`, or correct the values.',
  "identities-invalid":
    "Look the users up in Cognito. They are imported as native users unless their status says otherwise.",
  "attribute-renamed":
    "Choose a name of your own with `mapping.attributes.<name>.name` if code will read the attribute.",
  "attribute-type-conflict":
    "Give the attribute another name or the project's type under `mapping.attributes`, or delete the definition in the project.",
  "attribute-number-as-text": "Nothing to do, unless code expects a number: then correct the values and plan again.",
  "attribute-datetime-as-text": "Nothing to do. Text keeps the value as Cognito gives it.",
  "group-provider-skipped": 'Nothing to do. `mapping.providerGroups: "role"` imports these groups too.',
  "group-iam-role-dropped": "Give your back end the AWS rights by the Descope role, for example in an API authorizer.",
  "group-precedence-dropped": "Nothing to do, unless code reads `cognito:preferred_role`: then decide there.",
  "role-shared-by-pools":
    "Nothing to do if they mean the same. Otherwise give each pool a tenant with `sources[].tenant`.",
  "tenant-name-taken":
    "Give the tenant another `sources[].tenantName`, or use the ID of the tenant that the project has.",
  "role-renamed": "Choose names of your own with `mapping.groups` rules if the new ones are not clear.",
  "role-description-shortened": "Nothing to do. Only the description in Descope is shorter.",
  "role-has-permissions":
    "Make sure that members may have these permissions. Otherwise give the group's role another name with a `mapping.groups` rule.",
  "pool-empty": "Check the pool's ID and region.",
  "pool-count-differs": "Nothing to do: Cognito's number is an estimate. The users were counted one by one.",
  "pool-case-sensitive":
    "Look at `login-id-shared`: usernames that differ only by case are treated as the same login ID.",
  "passwords-not-exportable": "Plan for a new password, a passwordless method, or just-in-time migration.",
  "mfa-not-exportable": "Tell users that they enrol their second factor again, and give the flow a step for it.",
  "trigger-not-migrated": "Rebuild each trigger as a flow step, a connector or a JWT template before the cut-over.",
  "user-migration-trigger": "Remove the trigger before the last run, or users keep appearing in the pool.",
  "user-gone":
    "Nothing to do if they were deleted on purpose. `sync.gone` decides whether they are disabled, deleted or kept.",
  "source-shrank":
    "Check that the config names the right pool and that its users are there. If they were deleted on purpose, run `c2d sync --confirm-gone <number>`.",
  "user-missed-by-listing": "Nothing to do: they are left as they are, and the next sync reads them again.",
  "connection-not-migrated":
    "Move them with `c2d sso` before their users sign in at Descope: `c2d sso assess` says who must do what.",
  "sso-no-domain":
    "Let the tenants sign in through Cognito for the time being with `sso.upstreamClient`, or ask the providers' administrators with `c2d sso invite`.",
  "sso-encrypted-responses":
    "Ask the providers' administrators with `c2d sso invite`: encryption must go off before the cut-over.",
  "sso-signed-requests":
    "Sign in once as a test after `c2d sso apply`; where the provider refuses, send its administrator the text of `c2d sso invite`.",
  "sso-single-logout":
    "Tell the customers that single logout ends with the pool, or keep the bridge in front of Cognito until then.",
  "sso-upstream-cognito": "Keep the pool until these tenants have moved.",
  "sso-metadata-unreachable":
    "Fetch the address by hand from where Descope can reach it. `sso.metadata` allows private addresses.",
  "sso-metadata-unreadable": "Ask the provider's administrator for its current metadata.",
  "sso-metadata-expired": "Ask the provider's administrator for current metadata.",
  "sso-metadata-several": "Look whether the provider in the plan is the one that the pool uses.",
  "sso-discovery-failed": "Look at the provider's issuer in Cognito, and whether it answers from here.",
  "sso-endpoint-unknown": "Enter authorization and token endpoint in Cognito by hand.",
  "sso-certificate-expired": "Ask the provider's administrator for its current certificate.",
  "sso-certificate-ending": "Ask the provider's administrator when the certificate changes.",
  "sso-certificate-unreadable": "Ask the provider's administrator for metadata with good certificates.",
  "sso-entity-id-shared": "Begin sign-ins of these connections in your application, which names the tenant.",
  "sso-domain-shared": "Decide with `sso.sharedDomains` and with the identifiers in Cognito whose domain it is.",
  "sso-secret-missing": "Enter the secret in Descope's console. For Apple make a new key.",
  "sso-settings-incomplete": "See the other findings of the connection.",
  "sso-settings-foreign":
    "Compare the two, then set `sso.existing` to `replace`, or leave the connection out with `sso.skip`.",
  "sso-tenant-shared": "Give each connection an `ssoId` of its own under `sso.tenants`.",
  "sso-tenant-renamed": "Choose IDs of your own under `sso.tenants` if the new ones are not clear.",
  "sso-role-missing": "Create the role, or run the import first, which makes roles of groups.",
  "sso-email-unmapped": "Map `email` in Cognito if the provider sends an address.",
  "sso-attribute-dropped": "Nothing to do, unless code needs the value.",
  "sso-group-claim-proposed": "Name the claim under `sso.groupClaims`, and the roles under `sso.roles`.",
  "sso-type-unknown": "Set the connection up by hand, and report its type.",
  "sso-connection-skipped": "This is what the config says. Change `sso.skip` if it is not meant.",
  "sso-connection-gone": "Run `c2d sso plan` again.",
  "sso-connection-changed": "Run `c2d sso plan` again and look at the difference.",
  "sso-setting-refused": "Look up the code, mend the setting, and run `c2d sso apply` again.",
  "sso-setting-differs": "Look at the field in Descope's console, and run `c2d sso verify`.",
  "sso-rollback-changed": "Compare the settings in the console, and change them by hand.",
  "sso-rollback-secret": "Enter the former secret in Descope's console, and sign in once as a test.",
  "group-provider-tenant": "Nothing to do. The identities of users decide who belongs to the tenant.",
  "app-uses-flows":
    "Plan the change of the application's code: `c2d apps plan --sheet` says what. `apps.clients` makes an inbound application of it all the same.",
  "app-consent-asked":
    "Look at the consent flow of the application in Descope's console. An application of your own may do better with `flows` under `apps.clients`.",
  "app-implicit-grant": "Ask the client's owner to change to the authorization code with PKCE first.",
  "app-machine-policy": "Make a resource and a policy in Descope's console, then run `c2d apps verify`.",
  "app-scope-unmapped":
    "Nothing to do for `aws.cognito.signin.user.admin`, unless the client calls Cognito's API for its user: that code changes to Descope's.",
  "app-client-id-taken":
    "Look at the application in Descope's console: delete it, or leave the client out with `apps.clients`.",
  "app-secret-kind-differs": "Delete the application in Descope's console and run `c2d apps apply` again.",
  "app-credentials-new": "Hand the credentials of the file that apply names to the client's owner.",
  "app-setting-differs": "Look at the application in Descope's console, and run `c2d apps verify`.",
  "app-refused":
    "Look up the code, mend the client or leave it out with `apps.clients`, and run `c2d apps apply` again.",
  "oidc-no-domain":
    "Give the pool a domain in Cognito (App integration, Domain), then run `c2d oidc setup` again. A prefix domain is enough.",
  "oidc-email-unproven":
    "Let Cognito verify e-mail addresses at sign-up and before a change takes effect. `--trust-emails` goes on all the same, when you know that every address is its user's.",
  "oidc-groups-not-mapped":
    "Import the users first, or run `c2d sync` afterwards: users are recognised by `cognitoSub`.",
  "oidc-providers-left-out":
    "Move the connections to Descope, or let their users be imported: in a pool with usernames they are not recognised by a sign-in through Cognito.",
  "oidc-required-attribute":
    "Put the attribute into the tokens with a custom claim and map it by hand, or use a pool that does not require it: Cognito refuses these sign-ins.",
  "oidc-users-of-their-own":
    "Link each user's identity before the first sign-in (`AdminLinkProviderForUser`), or expect a second user of another `sub`.",
  "oidc-attribute-not-in-tokens": "Nothing to do where the users are imported: an import reads these attributes.",
  "jit-flow-not-allowed":
    "Let `c2d jit setup` make an app client of its own, or allow the flow on this one with `--edit-client <id>`.",
  "jit-secret-unusable": "Take a client without a secret, or let the gateway check passwords: it knows how to use one.",
  "jit-client-live":
    "Read the difference before you confirm. `c2d jit setup --undo` writes the settings back as they were.",
  "jit-client-doubled": "Delete the client that nobody uses in the AWS console.",
  "jit-users-told-apart":
    "Set `PreventUserExistenceErrors` to `ENABLED` on the client, or let `c2d jit setup` make one.",
  "jit-attributes-unreadable":
    "Add the attributes to the client's `ReadAttributes`, or let `c2d jit setup` make a client that reads all.",
  "jit-password-policy-stricter":
    "Relax the project's password policy to what the pool asks, at least until everybody has moved.",
  "jit-mfa-challenges":
    "Set up with `--auth admin`, or give the gateway rights to read users: without them these users choose a new password instead of showing a second factor.",
  "jit-threat-protection":
    "Look at the risk settings of the pool, and except the gateway's addresses where the pool can.",
  "jit-trigger-runs": "Make sure that the function takes sign-ins of the new app client, and is quick.",
  "jit-custom-challenge": "Build the question again as a step of the flow, if users rely on it.",
  "jit-signs-in-by-username":
    "Let the flow ask for a name instead of an address, and let `mapping.loginIds` have `username`.",
  "jit-gateway-plain-http": "Good for a try on this machine only: name an https address for anything else.",
  "jit-secrets-unproven":
    "Compare token and HMAC secret of the connector with those of the gateway by hand, or run `c2d jit check --through-descope`.",
  "jit-flow-kept":
    "Run the command again with `--replace-flow` if nobody has worked on the flow, or choose another `--flow-id`.",
  "jit-cognito-not-offered":
    "Nothing to do, unless sign-in pages of Cognito are used too: then add `COGNITO` to the client's identity providers.",
  "jit-refresh-not-allowed": "Nothing to do: the tokens of a check are dropped and never refreshed.",
  "jit-oauth-settings":
    "Nothing to do for a client that other applications use. Remove them from one that only checks passwords.",
  "jit-tokens-live-long":
    "Nothing to do if the gateway is trusted. A client that `c2d jit setup` makes has the shortest times.",
  "jit-email-unverified":
    "Decide whether addresses of the pool can be trusted, and let the flow verify those that cannot.",
  "jit-mail-limited":
    "Nothing to do if mail is sent by Descope from now on. Otherwise give the pool a sender of your own.",
  "jit-devices-remembered":
    "Nothing to do, unless most users have remembered devices that spare them the second factor.",
  "jit-passwordless-users": "Let the flow offer the same ways at Descope: codes by mail or SMS, passkeys.",
  "jit-quota-shared": "Run `c2d jit plan` before the cut-over, and raise the quota in AWS if the peak does not fit.",
  "jit-web-acl":
    "Look in AWS WAF whether the pool has a web ACL, and except the gateway's addresses from its rate rules.",
  "rollback-user-changed":
    "See who they are with `c2d rollback <run> --dry-run -v`, and delete or correct them in Descope by hand if they are not wanted.",
  "rollback-user-recreated":
    "Tell code that keeps Descope user IDs about the new ones. The users set up their sign-in anew.",
  "rollback-image-missing": "Look the users up in Descope and correct them by hand.",
  "rollback-definition-used": "Remove the definitions in Descope's console once nobody needs them.",
  "rollback-definition-changed": "Remove the definitions in Descope's console if nobody needs them.",
};

/** What the operator can do about a finding. */
export function findingAdvice(rule: FindingRule): string {
  return FINDING_ADVICE[rule];
}
