import type { InboundScope, InboundSettings } from "../ports/inbound-apps.ts";
import type { ResourceServerDescription } from "../ports/pool-settings.ts";
import type { PoolAppClient } from "./app-client.ts";

/** Longest name of an application. Source: the API's refusal, which the sandbox repeats. */
const LONGEST_NAME = 100;

/** Standard scopes of Cognito, and the fields of a Descope user that they give. Source: Descope's SDK samples for `values`. */
const ATTRIBUTE_SCOPES: Readonly<Record<string, InboundScope>> = {
  email: { name: "email", description: "Email address", values: ["email"] },
  phone: { name: "phone", description: "Phone number", values: ["phone"] },
  profile: {
    name: "profile",
    description: "Name and picture",
    values: ["name", "givenName", "middleName", "familyName", "picture"],
  },
};

/** What an app client is to become, and the scopes that nothing of it stands for. */
export interface WantedApplication {
  readonly settings: InboundSettings;
  /** Scopes of Cognito's own API, and of resource servers that are gone. */
  readonly unmappedScopes: readonly string[];
}

/** By this an application is known to come from an app client, also where it has a client ID of its own. */
export function descriptionOf({ clientId, userPoolId }: Pick<PoolAppClient, "clientId" | "userPoolId">): string {
  return `App client ${clientId} of ${userPoolId}, moved by cognito-to-descope`;
}

/**
 * Makes the settings of the inbound application. Scopes keep their names, so that a client asks for what it asked for before.
 *
 * @param name - As it is to be in the project, at most 100 characters.
 */
export function wantedApplication(
  client: PoolAppClient,
  { name, loginPageUrl }: { readonly name: string; readonly loginPageUrl: string },
  servers: readonly ResourceServerDescription[],
): WantedApplication {
  const known = new Map<string, string>(
    servers.flatMap(({ identifier, scopes }) =>
      scopes.map((scope) => [`${identifier}/${scope.name}`, scope.description || scope.name] as const),
    ),
  );
  const permissionsScopes: InboundScope[] = [];
  const attributesScopes: InboundScope[] = [];
  const unmappedScopes: string[] = [];
  for (const scope of client.scopes.toSorted()) {
    const attributes = ATTRIBUTE_SCOPES[scope];
    const description = known.get(scope);
    if (attributes !== undefined) attributesScopes.push(attributes);
    else if (description !== undefined) permissionsScopes.push({ name: scope, description, values: [] });
    else if (scope !== "openid") unmappedScopes.push(scope);
  }
  return {
    settings: {
      name,
      description: descriptionOf(client),
      loginPageUrl,
      approvedCallbackUrls: client.callbackUrls.toSorted(),
      permissionsScopes,
      attributesScopes,
      nonConfidentialClient: client.secret === undefined,
    },
    unmappedScopes,
  };
}

/** A name that no other application has: the client's own, or with its ID where that is taken. */
export function freeName({ name, clientId }: PoolAppClient, taken: ReadonlySet<string>): string {
  const own = (name.trim() || clientId).slice(0, LONGEST_NAME);
  if (!taken.has(own)) return own;
  const suffix = ` (${clientId})`;
  return `${own.slice(0, LONGEST_NAME - suffix.length)}${suffix}`;
}
