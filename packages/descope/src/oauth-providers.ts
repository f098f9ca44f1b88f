import { hasCode } from "@cognito-to-descope/core";
import type { OAuthProviders, OAuthProviderSettings } from "@cognito-to-descope/core";
import { translateFailure } from "./errors.ts";
import { unlessFeatureMissing } from "./feature-missing.ts";
import { accept, createManagementClient } from "./management-client.ts";
import type { AskOptions, ManagementClient } from "./management-client.ts";
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
  async function ask(method: string, body: object | undefined, call: AskOptions): Promise<Record<string, unknown>> {
    const operation = `${method} ${PATH}`;
    return await unlessFeatureMissing(operation, async () =>
      accept(operation, await client.ask(method, PATH, body, call)),
    );
  }

  return {
    async read(id, callOptions = {}) {
      try {
        const answer = await ask("GET", undefined, { ...callOptions, query: { id } });
        // Other entities of the API come in a member of their own; of this one it is not documented.
        const { provider = answer } = answer as { readonly provider?: Record<string, unknown> };
        const { clientSecret: _secret, ...settings } = provider;
        return { ...settings, id } satisfies OAuthProviderSettings;
      } catch (error) {
        // Whether there is no such provider or no such route, nothing is there that could be in the way.
        if (hasCode(error, "ERR_TARGET_FEATURE_MISSING") && error.status === 404) return undefined;
        throw error;
      }
    },
    async write(settings, secret, callOptions = {}) {
      await ask(
        "POST",
        { ...settings, ...(secret === undefined ? {} : { clientSecret: secret.reveal() }) },
        callOptions,
      );
    },
    async delete(id, callOptions = {}) {
      try {
        await ask("DELETE", undefined, { ...callOptions, query: { id } });
      } catch (error) {
        if (!hasCode(error, "ERR_TARGET_FEATURE_MISSING") || error.status !== 404) throw error;
      }
    },
    async start(id, redirectUrl, callOptions = {}) {
      const operation = "POST /v1/auth/oauth/authorize";
      const { url } = await client.call(operation, (sdk) => sdk.oauth.start(id, redirectUrl), callOptions);
      if (typeof url === "string" && URL.canParse(url)) return url;
      throw translateFailure({ kind: "unexpected", operation, reason: "answered without an address" });
    },
  };
}
