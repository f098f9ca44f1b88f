import type { PoolSnapshot } from "@cognito-to-descope/core";
import { formatDuration } from "./amounts.ts";
import { facts, table } from "./elements.ts";
import { foreign, type Html, html } from "./html.ts";

/** What usually takes the place of a Lambda trigger in Descope. */
const TRIGGER_REPLACEMENTS: Readonly<Record<string, string>> = {
  PreSignUp: "a condition before the sign-up step of the flow",
  CustomMessage: "the project's message templates",
  PostConfirmation: "a connector step after sign-up",
  PreAuthentication: "a condition before the sign-in step of the flow",
  PostAuthentication: "a connector step after sign-in",
  DefineAuthChallenge: "the order of steps in the flow",
  CreateAuthChallenge: "a flow step or a connector",
  VerifyAuthChallengeResponse: "a flow step or a connector",
  PreTokenGeneration: "a JWT template or a custom-claims step",
  PreTokenGenerationConfig: "a JWT template or a custom-claims step",
  UserMigration: "remove it before the last run; just-in-time migration takes its place",
  CustomSMSSender: "an SMS connector",
  CustomEmailSender: "an email connector",
};

/** Triggers, app clients, connections and domains: what is set up again by hand. */
export function poolSettingsSection(pool: PoolSnapshot): Html {
  return html`<h3>Lambda triggers to rebuild</h3>
    ${table(
      "Lambda triggers and what usually takes their place",
      Object.entries(pool.triggers).sort(([a], [b]) => (a < b ? -1 : 1)),
      [
        { title: "Trigger", cell: ([trigger]) => html`<code>${foreign(trigger)}</code>` },
        { title: "Function", cell: ([, arn]) => html`<code>${foreign(arn)}</code>` },
        {
          title: "In Descope",
          kind: "wide",
          cell: ([trigger]) => TRIGGER_REPLACEMENTS[trigger] ?? "a flow step or a connector",
        },
      ],
      { empty: "The pool has no triggers." },
    )}
    <h3>App clients</h3>
    ${table(
      "App clients; each becomes an inbound application or a call of the Descope SDK",
      pool.appClients,
      [
        { title: "Name", cell: ({ name, clientId }) => html`${foreign(name)}<br /><code>${foreign(clientId)}</code>` },
        { title: "Secret", cell: ({ hasSecret }) => (hasSecret ? "yes" : "no") },
        { title: "Sign-in flows", kind: "wide", cell: ({ authFlows }) => codes(authFlows) },
        { title: "OAuth grants", cell: ({ oauthFlows }) => codes(oauthFlows) },
        { title: "Call-back URLs", kind: "wide", cell: ({ callbackUrls }) => codes(callbackUrls) },
        { title: "Refresh token", cell: ({ refreshTokenSeconds }) => formatDuration(refreshTokenSeconds) },
      ],
      { empty: "The pool has no app clients." },
    )}
    <h3>Connections</h3>
    ${table(
      "Identity providers of the pool",
      pool.identityProviders,
      [
        { title: "Name", cell: ({ name }) => foreign(name) },
        { title: "Type", cell: ({ type }) => type },
        { title: "Identifiers", cell: ({ identifiers }) => codes(identifiers) },
        {
          title: "In Descope",
          kind: "wide",
          cell: ({ type }) =>
            type === "SAML" || type === "OIDC" ? "SSO of a tenant, or a custom provider" : "a social provider",
        },
      ],
      { empty: "The pool has no external identity provider." },
    )}
    <h3>Domain and sign-in</h3>
    ${facts([
      ["Region", pool.region],
      ["Tier", pool.tier === "" ? "not told" : pool.tier],
      ["Cognito domain", pool.domain === undefined ? "none" : html`<code>${foreign(pool.domain)}</code>`],
      [
        "Custom domain",
        pool.customDomain === undefined
          ? "none: SSO call-backs at Cognito's own domain cannot be taken over by DNS"
          : html`<code>${foreign(pool.customDomain)}</code>: SSO call-backs can be taken over by DNS`,
      ],
      ["Users sign in with", pool.usernameAttributes.length > 0 ? codes(pool.usernameAttributes) : "a username"],
      ["Aliases", pool.aliasAttributes.length > 0 ? codes(pool.aliasAttributes) : "none"],
      ["Usernames differ by case", pool.caseSensitive ? "yes" : "no"],
      ["Password policy", passwordPolicy(pool)],
    ])}`;
}

function passwordPolicy({ passwordPolicy: policy }: PoolSnapshot): string {
  const wants = [
    policy.requireLowercase && "a lower-case letter",
    policy.requireUppercase && "an upper-case letter",
    policy.requireNumbers && "a digit",
    policy.requireSymbols && "a symbol",
  ].filter((want) => want !== false);
  return [`at least ${policy.minimumLength} characters`, ...wants].join(", ");
}

function codes(values: readonly string[]): Html {
  return html`${values.map((value, index) => html`${index > 0 && html`<br />`}<code>${foreign(value)}</code>`)}`;
}
