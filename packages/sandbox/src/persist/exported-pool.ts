/** A user pool as `c2d export --format jsonl` describes it, made a pool of the sandbox. */

import { poolArn } from "../cognito/cognito-state.ts";
import type { CognitoState } from "../cognito/cognito-state.ts";
import { createPool } from "../cognito/operations/pool-operations.ts";
import { poolSchema } from "../cognito/pool-schema.ts";
import type { SchemaAttribute } from "../cognito/pool-schema.ts";
import type { AppClient, Json, UserPool } from "../cognito/user-pool.ts";
import {
  booleanOf,
  choiceOf,
  countOf,
  maybeText,
  nameOf,
  objectOf,
  objectsOf,
  textMapOf,
  textOf,
  textsOf,
} from "./line-fields.ts";
import type { Fields } from "./line-fields.ts";
import { LineProblem } from "./line-invalid.ts";

const poolIdPattern = /^[\w-]+_[0-9a-zA-Z]+$/;
const lowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";

/** The region that a pool ID begins with. */
export function regionOf(userPoolId: string): string {
  return userPoolId.slice(0, userPoolId.lastIndexOf("_"));
}

/** The ID of a pool line. */
export function poolIdOf(line: Fields): string {
  const id = nameOf(line, "userPoolId", 55);
  if (!poolIdPattern.test(id)) throw new LineProblem('"userPoolId" must be the ID of a user pool');
  return id;
}

/** Adds the pool of a line to the service: schema, settings, app clients, providers and domains. */
export function addExportedPool(state: CognitoState, line: Fields): UserPool {
  const id = poolIdOf(line);
  if (state.pools.has(id)) throw new LineProblem("has a user pool that an earlier line has");
  const tier = textOf(line, "tier");
  const policy = objectOf(line, "passwordPolicy");
  const mfa = objectOf(line, "mfa");
  const usernameAttributes = textsOf(line, "usernameAttributes");
  const aliasAttributes = textsOf(line, "aliasAttributes");
  if (usernameAttributes.length > 0 && aliasAttributes.length > 0) {
    throw new LineProblem('"usernameAttributes" and "aliasAttributes" exclude each other');
  }
  const parts = {
    schema: objectsOf(line, "schema").map(exportedAttribute),
    mfa: exportedMfa(state, mfa),
    clients: objectsOf(line, "appClients").map((client) => exportedClient(state, client)),
    providers: objectsOf(line, "identityProviders").map((provider) => ({
      name: nameOf(provider, "name"),
      type: nameOf(provider, "type"),
      createdAt: state.now(),
      modifiedAt: state.now(),
      details: textMapOf(provider, "details"),
      attributeMapping: textMapOf(provider, "attributeMapping"),
      identifiers: textsOf(provider, "identifiers"),
    })),
  };
  const made = createPool(state, {
    PoolName: textOf(line, "name"),
    UsernameAttributes: usernameAttributes,
    AliasAttributes: aliasAttributes,
    UsernameConfiguration: { CaseSensitive: booleanOf(line, "caseSensitive") },
    Policies: {
      PasswordPolicy: {
        MinimumLength: countOf(policy, "minimumLength"),
        RequireLowercase: booleanOf(policy, "requireLowercase"),
        RequireUppercase: booleanOf(policy, "requireUppercase"),
        RequireNumbers: booleanOf(policy, "requireNumbers"),
        RequireSymbols: booleanOf(policy, "requireSymbols"),
      },
    },
    LambdaConfig: textMapOf(line, "triggers"),
    ...(tier === "" ? {} : { UserPoolTier: tier }),
  });
  // A new pool gets an ID of its own; this one has one.
  state.pools.delete(made.id);
  const pool: UserPool = { ...made, id, arn: poolArn(state, id), schema: parts.schema, mfa: parts.mfa };
  for (const provider of parts.providers) pool.providers.set(provider.name, provider);
  for (const client of parts.clients) pool.clients.set(client.clientId, client);
  addDomains(state, id, line);
  state.pools.set(id, pool);
  return pool;
}

const standard: ReadonlyMap<string, SchemaAttribute> = new Map(
  poolSchema([]).map((attribute) => [attribute.Name, attribute]),
);

/** Constraints are no part of an export: standard attributes have their own, custom ones none. */
function exportedAttribute(attribute: Fields): SchemaAttribute {
  const Name = nameOf(attribute, "name");
  const AttributeDataType = choiceOf(attribute, "type", ["String", "Number", "DateTime", "Boolean"]);
  const known = standard.get(Name);
  return {
    ...(known ?? {
      DeveloperOnlyAttribute: Name.startsWith("dev:"),
      ...(AttributeDataType === "String" ? { StringAttributeConstraints: {} } : {}),
      ...(AttributeDataType === "Number" ? { NumberAttributeConstraints: {} } : {}),
    }),
    DeveloperOnlyAttribute: known?.DeveloperOnlyAttribute ?? Name.startsWith("dev:"),
    Name,
    AttributeDataType,
    Mutable: booleanOf(attribute, "mutable"),
    Required: booleanOf(attribute, "required"),
  };
}

function exportedMfa(state: CognitoState, mfa: Fields): Json {
  return {
    MfaConfiguration: choiceOf(mfa, "configuration", ["OFF", "OPTIONAL", "ON"]),
    ...(booleanOf(mfa, "sms")
      ? {
          SmsMfaConfiguration: {
            SmsAuthenticationMessage: "Your code is {####}",
            SmsConfiguration: { SnsCallerArn: `arn:aws:iam::${state.accountId}:role/cognito-sms` },
          },
        }
      : {}),
    ...(booleanOf(mfa, "totp") ? { SoftwareTokenMfaConfiguration: { Enabled: true } } : {}),
    ...(booleanOf(mfa, "email") ? { EmailMfaConfiguration: {} } : {}),
    ...(booleanOf(mfa, "passkeys") ? { WebAuthnConfiguration: { RelyingPartyId: "localhost" } } : {}),
  };
}

/** The secret itself is no part of an export: a client that had one gets a new one. */
function exportedClient(state: CognitoState, client: Fields): AppClient {
  const refreshTokenSeconds = countOf(client, "refreshTokenSeconds");
  const days = refreshTokenSeconds / 86_400;
  const oauthFlows = textsOf(client, "oauthFlows");
  const scopes = oauthFlows.some((flow) => flow !== "client_credentials")
    ? ["openid", "email", "phone", "profile"]
    : [];
  return {
    clientId: nameOf(client, "clientId", 128),
    createdAt: state.now(),
    modifiedAt: state.now(),
    secret: booleanOf(client, "hasSecret") ? state.ids.text(51, lowerAlphanumeric) : undefined,
    settings: {
      ClientName: textOf(client, "name"),
      RefreshTokenValidity: Number.isInteger(days) ? days : refreshTokenSeconds,
      TokenValidityUnits: Number.isInteger(days) ? {} : { RefreshToken: "seconds" },
      ExplicitAuthFlows: textsOf(client, "authFlows"),
      SupportedIdentityProviders: textsOf(client, "identityProviders"),
      CallbackURLs: textsOf(client, "callbackUrls"),
      AllowedOAuthFlows: oauthFlows,
      AllowedOAuthScopes: scopes,
      AllowedOAuthFlowsUserPoolClient: oauthFlows.length > 0,
      PreventUserExistenceErrors: "ENABLED",
      EnableTokenRevocation: true,
      EnablePropagateAdditionalUserContextData: false,
      AuthSessionValidity: 3,
    },
  };
}

function addDomains(state: CognitoState, userPoolId: string, line: Fields): void {
  const certificateArn = `arn:aws:acm:us-east-1:${state.accountId}:certificate/00000000-0000-4000-8000-000000000000`;
  const add = (domain: string | undefined, certificate: string | undefined): void => {
    if (domain === undefined || domain === "") return;
    if (state.domains.has(domain)) throw new LineProblem("has a domain that an earlier line has");
    const createdAt = state.now();
    state.domains.set(domain, { domain, userPoolId, certificateArn: certificate, managedLoginVersion: 1, createdAt });
  };
  add(maybeText(line, "domain"), undefined);
  add(maybeText(line, "customDomain"), certificateArn);
}
