/** Operations on identity providers. */

import { certificateText } from "../auth/saml-certificate.ts";
import { AwsError, invalidParameter, notFound } from "../aws-error.ts";
import { epochSeconds, poolOf } from "../cognito-state.ts";
import type { CognitoState } from "../cognito-state.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { pageOf } from "../page-token.ts";
import type { IdentityProvider, Json, UserPool } from "../user-pool.ts";

type Texts = Readonly<Record<string, string>>;

interface ProviderInput {
  readonly UserPoolId: string;
  readonly ProviderName: string;
  readonly ProviderType: string;
  readonly ProviderDetails?: Texts;
  readonly AttributeMapping?: Texts;
  readonly IdpIdentifiers?: readonly string[];
}

const requiredDetails: Readonly<Record<string, readonly string[]>> = {
  OIDC: ["client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"],
  Google: ["client_id", "client_secret", "authorize_scopes"],
  Facebook: ["client_id", "client_secret", "authorize_scopes"],
  LoginWithAmazon: ["client_id", "client_secret", "authorize_scopes"],
  SignInWithApple: ["client_id", "team_id", "key_id", "authorize_scopes"],
};

/** What Cognito adds to the details of social providers; values of AWS's sample answers. */
function addedDetails(type: string, details: Texts): Texts {
  switch (type) {
    case "SAML":
      return bindingLocations(details["MetadataFile"]);
    case "OIDC":
      return { attributes_url_add_attributes: "false" };
    case "Google":
      return {
        authorize_url: "https://accounts.google.com/o/oauth2/v2/auth",
        token_url: "https://www.googleapis.com/oauth2/v4/token",
        token_request_method: "POST",
        attributes_url: "https://people.googleapis.com/v1/people/me?personFields=",
        attributes_url_add_attributes: "true",
        oidc_issuer: "https://accounts.google.com",
      };
    case "Facebook": {
      const version = details["api_version"] ?? "v17.0";
      return {
        api_version: version,
        authorize_url: `https://www.facebook.com/${version}/dialog/oauth`,
        token_url: `https://graph.facebook.com/${version}/oauth/access_token`,
        token_request_method: "GET",
        attributes_url: `https://graph.facebook.com/${version}/me?fields=`,
        attributes_url_add_attributes: "true",
      };
    }
    case "LoginWithAmazon":
      return {
        authorize_url: "https://www.amazon.com/ap/oa",
        token_url: "https://api.amazon.com/auth/o2/token",
        token_request_method: "POST",
        attributes_url: "https://api.amazon.com/user/profile",
        attributes_url_add_attributes: "false",
      };
    case "SignInWithApple":
      return {
        authorize_url: "https://appleid.apple.com/auth/authorize",
        token_url: "https://appleid.apple.com/auth/token",
        token_request_method: "POST",
        attributes_url_add_attributes: "false",
        oidc_issuer: "https://appleid.apple.com",
      };
    default:
      return {};
  }
}

/** Where a metadata file says that requests go by HTTP-Redirect. */
function bindingLocations(metadata: string | undefined): Texts {
  const location = (element: string): string | undefined => {
    for (const [tag] of (metadata ?? "").matchAll(new RegExp(`<(?:[\\w.-]+:)?${element}\\b[^>]*>`, "g"))) {
      if (tag.includes("bindings:HTTP-Redirect"))
        return /\bLocation="([^"]*)"/.exec(tag)?.[1]?.replaceAll("&amp;", "&");
    }
    return undefined;
  };
  const signOn = location("SingleSignOnService");
  const signOut = location("SingleLogoutService");
  return {
    ...(signOn === undefined ? {} : { SSORedirectBindingURI: signOn }),
    ...(signOut === undefined ? {} : { SLORedirectBindingURI: signOut }),
  };
}

const subjectClaims: Texts = {
  OIDC: "sub",
  Google: "sub",
  SignInWithApple: "sub",
  Facebook: "id",
  LoginWithAmazon: "user_id",
};

function mappingOf(type: string, given: Texts): Texts {
  const subject = subjectClaims[type];
  return subject === undefined ? given : { username: subject, ...given };
}

function checkDetails(type: string, details: Texts): void {
  if (type === "SAML") {
    if (details["MetadataURL"] === undefined && details["MetadataFile"] === undefined) {
      throw invalidParameter("Either MetadataFile or MetadataURL is required for a SAML identity provider.");
    }
    const file = details["MetadataFile"];
    if (file !== undefined && !/<(?:[\w.-]+:)?EntityDescriptor\b/.test(file)) {
      throw invalidParameter("Invalid metadata file: it holds no EntityDescriptor.");
    }
    return;
  }
  for (const key of requiredDetails[type] ?? []) {
    if (details[key] === undefined) throw invalidParameter(`${key} is required in ProviderDetails for ${type}.`);
  }
}

function describeProvider(pool: UserPool, provider: IdentityProvider): Json {
  return {
    UserPoolId: pool.id,
    ProviderName: provider.name,
    ProviderType: provider.type,
    // Apple's private key goes in and never comes out.
    ProviderDetails: {
      ...Object.fromEntries(Object.entries(provider.details).filter(([key]) => key !== "private_key")),
      ...(provider.details["EncryptedResponses"] === "true"
        ? { ActiveEncryptionCertificate: certificateText(pool.auth.samlCertificate()) }
        : {}),
    },
    AttributeMapping: provider.attributeMapping,
    IdpIdentifiers: provider.identifiers,
    LastModifiedDate: epochSeconds(provider.modifiedAt),
    CreationDate: epochSeconds(provider.createdAt),
  };
}

function providerOf(state: CognitoState, input: { UserPoolId: string; ProviderName: string }): IdentityProvider {
  const provider = poolOf(state, input.UserPoolId).providers.get(input.ProviderName);
  if (provider === undefined) throw notFound(`Identity provider ${input.ProviderName} does not exist.`);
  return provider;
}

function checkIdentifiers(pool: UserPool, own: string, identifiers: readonly string[]): void {
  for (const provider of pool.providers.values()) {
    if (provider.name === own) continue;
    const taken = identifiers.find((identifier) => provider.identifiers.includes(identifier));
    if (taken !== undefined)
      throw new AwsError("DuplicateProviderException", `Identifier ${taken} already exists in user pool.`);
  }
}

const createIdentityProvider: Operation = {
  category: "UserPoolResourceUpdate",
  write: true,
  partly: "reads no MetadataURL and no discovery document at creation",
  run: (input: ProviderInput, state) => {
    const pool = poolOf(state, input.UserPoolId);
    if (pool.providers.has(input.ProviderName)) {
      throw new AwsError(
        "DuplicateProviderException",
        `A provider with the name ${input.ProviderName} already exists in user pool.`,
      );
    }
    const details = input.ProviderDetails ?? {};
    checkDetails(input.ProviderType, details);
    checkIdentifiers(pool, input.ProviderName, input.IdpIdentifiers ?? []);
    const now = state.now();
    const provider: IdentityProvider = {
      name: input.ProviderName,
      type: input.ProviderType,
      createdAt: now,
      modifiedAt: now,
      details: { ...addedDetails(input.ProviderType, details), ...details },
      attributeMapping: mappingOf(input.ProviderType, input.AttributeMapping ?? {}),
      identifiers: input.IdpIdentifiers ?? [],
    };
    pool.providers.set(provider.name, provider);
    return { IdentityProvider: describeProvider(pool, provider) };
  },
};

const updateIdentityProvider: Operation = {
  category: "UserPoolResourceUpdate",
  write: true,
  run: (input: ProviderInput, state) => {
    const pool = poolOf(state, input.UserPoolId);
    const provider = providerOf(state, input);
    // Everything is checked before anything changes.
    if (input.ProviderDetails !== undefined) checkDetails(provider.type, input.ProviderDetails);
    if (input.IdpIdentifiers !== undefined) checkIdentifiers(pool, provider.name, input.IdpIdentifiers);
    if (input.ProviderDetails !== undefined) {
      provider.details = {
        ...addedDetails(provider.type, input.ProviderDetails),
        ...input.ProviderDetails,
      };
    }
    if (input.AttributeMapping !== undefined) {
      provider.attributeMapping = mappingOf(provider.type, input.AttributeMapping);
    }
    if (input.IdpIdentifiers !== undefined) provider.identifiers = input.IdpIdentifiers;
    provider.modifiedAt = state.now();
    return { IdentityProvider: describeProvider(pool, provider) };
  },
};

/** Operations on identity providers. */
export const providerOperations: OperationTable = {
  CreateIdentityProvider: createIdentityProvider,
  UpdateIdentityProvider: updateIdentityProvider,
  DescribeIdentityProvider: {
    category: "UserPoolResourceRead",
    write: false,
    run: (input: ProviderInput, state) => ({
      IdentityProvider: describeProvider(poolOf(state, input.UserPoolId), providerOf(state, input)),
    }),
  },
  GetIdentityProviderByIdentifier: {
    category: "UserPoolResourceRead",
    write: false,
    run: (input: { UserPoolId: string; IdpIdentifier: string }, state) => {
      const pool = poolOf(state, input.UserPoolId);
      for (const provider of pool.providers.values()) {
        if (provider.identifiers.includes(input.IdpIdentifier))
          return { IdentityProvider: describeProvider(pool, provider) };
      }
      throw notFound(`Identity provider for identifier ${input.IdpIdentifier} does not exist.`);
    },
  },
  DeleteIdentityProvider: {
    category: "UserPoolResourceUpdate",
    write: true,
    run: (input: ProviderInput, state) => {
      const provider = providerOf(state, input);
      poolOf(state, input.UserPoolId).providers.delete(provider.name);
      return {};
    },
  },
  ListIdentityProviders: {
    category: "UserPoolResourceRead",
    write: false,
    run: (input: { UserPoolId: string; MaxResults?: number; NextToken?: string }, state) => {
      const pool = poolOf(state, input.UserPoolId);
      const { items, next } = pageOf([...pool.providers.values()], state.tokens, {
        token: input.NextToken,
        limit: input.MaxResults || 60,
        binding: ["ListIdentityProviders", pool.id],
      });
      return {
        Providers: items.map((provider) => ({
          ProviderName: provider.name,
          ProviderType: provider.type,
          LastModifiedDate: epochSeconds(provider.modifiedAt),
          CreationDate: epochSeconds(provider.createdAt),
        })),
        ...(next === undefined ? {} : { NextToken: next }),
      };
    },
  },
};
