/** OAuth and OIDC providers of the whole project. */

import type { UserMapping } from "./connections.ts";
import { readBoolean, readObject, readString, readStrings, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import type { OidcClientSettings } from "./oidc-client.ts";
import { nothing } from "../operation.ts";
import type { Operation } from "../operation.ts";
import { Refusal, invalid, missing } from "../refusal.ts";
import { whereAvailable } from "../where-available.ts";
import { readMapping, standardClaims } from "./user-mapping.ts";

/** A provider. */
export interface OAuthProvider {
  readonly id: string;
  readonly enabled: boolean;
  readonly client: OidcClientSettings;
  readonly mapping: UserMapping;
  /** Whether an e-mail address of the provider leads to the existing user with it. */
  readonly trustProvidedEmails: boolean;
  /** Whether a sign-in leaves the profile of an existing user alone. */
  readonly jitUpdatesDisabled: boolean;
  /** The request as it came, without its secret, for answers. */
  readonly shown: JsonObject;
}

/** Names of the providers that the service knows by itself. */
export const systemProviders: readonly string[] = [
  "apple",
  "discord",
  "facebook",
  "github",
  "gitlab",
  "google",
  "linkedin",
  "microsoft",
  "slack",
];

/** The refusal for a provider that does not exist. */
export function providerNotFound(): Refusal {
  return new Refusal(404, "E011004", "Invalid arguments", "There is no such OAuth provider");
}

/**
 * Reads a provider; what a request does not name stays as it was.
 *
 * @throws Refusal when something is missing.
 */
export function readProvider(body: JsonObject, before: OAuthProvider | undefined): OAuthProvider {
  const id = requireString(body, "id");
  // A request changes only what it names.
  const given: JsonObject = { ...before?.shown, ...body };
  const secret = readString(body, "clientSecret") ?? before?.client.clientSecret ?? "";
  for (const key of ["clientId", "authUrl", "tokenUrl"])
    if ((readString(given, key) ?? "") === "" && !systemProviders.includes(id)) throw missing(`Missing ${key}`);
  if (secret === "" && readBoolean(given, "useClientAssertion") !== true) throw missing("Missing clientSecret");
  const grants = readStrings(given, "allowedGrantTypes") ?? ["authorization_code"];
  if (grants.some((grant) => grant !== "authorization_code" && grant !== "implicit"))
    throw invalid("The allowedGrantTypes field must have authorization_code and implicit only");
  const mapping = readMapping(readObject(given, "userDataClaimsMapping"));
  const isMapped = Object.keys(mapping).length > 0;
  if (isMapped && mapping.loginId === undefined) throw missing("Missing loginId in userDataClaimsMapping");
  const text = (key: string): string => readString(given, key) ?? "";
  const { clientSecret: _secret, ...shown } = given;
  return {
    id,
    enabled: readBoolean(given, "enabled") ?? true,
    client: {
      clientId: text("clientId"),
      clientSecret: secret,
      authUrl: text("authUrl"),
      tokenUrl: text("tokenUrl"),
      userDataUrl: text("userDataUrl"),
      jwksUrl: text("jwksUrl"),
      issuer: text("issuer"),
      scopes: readStrings(given, "scopes") ?? ["openid", "email", "profile"],
      prompts: readStrings(given, "prompts") ?? [],
    },
    mapping: isMapped ? mapping : standardClaims,
    trustProvidedEmails: readBoolean(given, "trustProvidedEmails") ?? true,
    jitUpdatesDisabled: readBoolean(given, "jitUpdatesDisabled") ?? false,
    shown: { enabled: true, allowedGrantTypes: grants, ...shown },
  };
}

/** A provider as answers show it: its secret is not among it. */
export function answerProvider(provider: OAuthProvider): JsonObject {
  return { ...provider.shown, clientSecret: "" };
}

const operations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/oauth/provider",
    access: "management",
    partly: "client assertions and native clients are stored and not used",
    run: ({ project, body }) => {
      const provider = readProvider(body, project.oauthProviders.get(requireString(body, "id")));
      project.oauthProviders.set(provider.id, provider);
      return answerProvider(provider);
    },
  },
  {
    name: "GET /v1/mgmt/oauth/provider",
    access: "management",
    run: ({ project, query }) => {
      const provider = project.oauthProviders.get(query.get("id") ?? "");
      if (provider === undefined) throw providerNotFound();
      return answerProvider(provider);
    },
  },
  {
    name: "DELETE /v1/mgmt/oauth/provider",
    access: "management",
    run: ({ project, query }) => {
      if (!project.oauthProviders.delete(query.get("id") ?? "")) throw providerNotFound();
      return nothing;
    },
  },
];

/** All of them, as far as the project has them. */
export const oauthProviderOperations: readonly Operation[] = whereAvailable(operations, "oauthProviderApi");
