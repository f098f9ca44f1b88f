import type { OAuthProviders, OAuthProviderSettings } from "@cognito-to-descope/core";
import { translateFailure } from "./errors.ts";
import { accept, createManagementClient } from "./management-client.ts";
import type { ManagementClient } from "./management-client.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";

const PATH = "/v1/mgmt/oauth/provider";

/**
 * Reads and writes the OAuth providers of a project over the endpoints that Descope's Terraform provider uses; see
 * `facts.md#oauth-providers`.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when an option is not usable.
 */
export function createOAuthProviders(options: ProjectTargetOptions): OAuthProviders {
  return oauthProvidersOf(createManagementClient(resolveOptions(options)));
}

/** The same, with the quotas of a client that is there. */
export function oauthProvidersOf(client: ManagementClient): OAuthProviders {
  return {
    async read(id, callOptions = {}) {
      const answer = await client.ask("GET", `${PATH}?id=${encodeURIComponent(id)}`, undefined, callOptions);
      // Whether there is no such provider or no such route, nothing is there that could be in the way.
      if (answer.status === 404) return undefined;
      const { clientSecret: _secret, ...settings } = accept(`GET ${PATH}`, answer);
      return { ...settings, id } satisfies OAuthProviderSettings;
    },
    async write(settings, secret, callOptions = {}) {
      const body = { ...settings, ...(secret === undefined ? {} : { clientSecret: secret.reveal() }) };
      accept(`POST ${PATH}`, await client.ask("POST", PATH, body, callOptions));
    },
    async delete(id, callOptions = {}) {
      const answer = await client.ask("DELETE", `${PATH}?id=${encodeURIComponent(id)}`, undefined, callOptions);
      if (answer.status !== 404) accept(`DELETE ${PATH}`, answer);
    },
    async start(id, redirectUrl, callOptions = {}) {
      const operation = "POST /v1/auth/oauth/authorize";
      const { url } = await client.call(operation, (sdk) => sdk.oauth.start(id, redirectUrl), callOptions);
      if (typeof url === "string" && URL.canParse(url)) return url;
      throw translateFailure({ kind: "unexpected", operation, reason: "answered without an address" });
    },
  };
}
