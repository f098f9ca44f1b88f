import { hasCode, Secret } from "@cognito-to-descope/core";
import type { AbortableOptions, SsoConfiguration, SsoPlace, SsoTarget, SsoTenant } from "@cognito-to-descope/core";
import { translateFailure, VENDOR_CODES } from "./errors.ts";
import { accept, createManagementClient } from "./management-client.ts";
import type { ManagementClient } from "./management-client.ts";
import { oauthProvidersOf } from "./oauth-providers.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";
import { readSocialProvider, toWireProvider } from "./sso-providers.ts";
import { fromWireConfiguration, record, text, texts, toWireOidc, toWireSaml } from "./sso-wire.ts";
import { startTest } from "./test-sign-in.ts";

const SETTINGS = "/v1/mgmt/sso/settings";

/**
 * Reads and writes the SSO settings of a project by its management API, over the transport that keeps the quotas.
 *
 * Answers never show a secret, so nothing can tell whether the one that is there is right; see `facts.md#sso`.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when an option is not usable.
 */
export function createSsoTarget(options: ProjectTargetOptions): SsoTarget {
  const client = createManagementClient(resolveOptions(options));
  const providers = oauthProvidersOf(client);
  const { projectId } = client.options;

  const post = async (path: string, body: object, callOptions: AbortableOptions): Promise<Record<string, unknown>> =>
    accept(`POST ${path}`, await client.ask("POST", path, body, callOptions));

  return {
    projectId,
    async readTenants(callOptions = {}) {
      const path = "/v1/mgmt/tenant/all";
      const { tenants } = accept(`GET ${path}`, await client.ask("GET", path, undefined, callOptions));
      return (Array.isArray(tenants) ? tenants : []).map(toTenant);
    },
    readTenant: (tenantId, callOptions = {}) => readTenant(client, tenantId, callOptions),
    async hasUsers(tenantId, callOptions = {}) {
      const { users, total } = await post("/v2/mgmt/user/search", { tenantIds: [tenantId], limit: 1 }, callOptions);
      return (Array.isArray(users) && users.length > 0) || Number(total) > 0;
    },
    readConfigurations: (tenantId, callOptions = {}) => readConfigurations(client, tenantId, callOptions),
    async addConfiguration({ tenantId, ssoId }, displayName, callOptions = {}) {
      try {
        await post(`${SETTINGS}/new`, { tenantId, ssoId, displayName }, callOptions);
      } catch (error) {
        if (!hasCode(error, "ERR_TARGET_REFUSED", "ERR_TARGET_ANSWER_LOST")) throw error;
        const there = await readConfigurations(client, tenantId, callOptions);
        if (!there.some((one) => one.ssoId === ssoId)) throw error;
      }
    },
    async configureSaml(place, settings, { domains, signal }) {
      const path = "metadataUrl" in settings.source ? "/v1/mgmt/sso/saml/metadata" : "/v1/mgmt/sso/saml";
      const redirectUrl = settings.redirectUrl === "" ? {} : { redirectUrl: settings.redirectUrl };
      await post(path, { ...toPlace(place), settings: toWireSaml(settings), domains, ...redirectUrl }, { signal });
    },
    async configureOidc(place, settings, { domains, secret, signal }) {
      const clientSecret = secret === undefined ? {} : { clientSecret: secret.reveal() };
      const body = { ...toPlace(place), settings: { ...toWireOidc(settings), ...clientSecret }, domains };
      await post("/v1/mgmt/sso/oidc", body, { signal });
    },
    async deleteConfiguration(place, callOptions = {}) {
      const answer = await client.ask("DELETE", SETTINGS, undefined, { ...callOptions, query: toPlace(place) });
      if (answer.ok) return;
      // Codes for settings that are not there are not published: reading back tells.
      const there = await readConfigurations(client, place.tenantId, callOptions);
      const left = place.ssoId === "" ? there[0] : there.find(({ ssoId }) => ssoId === place.ssoId);
      if (left?.settings !== undefined) accept(`DELETE ${SETTINGS}`, answer);
    },
    async setDomains(tenantId, domains, callOptions = {}) {
      const path = "/v1/mgmt/tenant/settings";
      const query = { id: tenantId };
      const before = accept(`GET ${path}`, await client.ask("GET", path, undefined, { ...callOptions, query }));
      if (sameTexts(texts(before["domains"]), domains)) return;
      // The call replaces all settings of the tenant, so everything else goes back as it came.
      await post(path, { ...before, tenantId, domains }, callOptions);
    },
    readProvider: (providerId, callOptions = {}) => readSocialProvider(providers, providerId, callOptions),
    writeProvider: (settings, { secret, ...callOptions }) =>
      providers.write(toWireProvider(settings), secret, callOptions),
    deleteProvider: (providerId, callOptions = {}) => providers.delete(providerId, callOptions),
    async makeSetupLink(place, callOptions = {}) {
      const path = "/v2/mgmt/tenant/adminlinks/sso/generate";
      const answer = await post(path, toPlace(place), callOptions);
      const link = text(answer["adminSSOConfigurationLink"]);
      if (URL.canParse(link)) return new Secret(link);
      throw translateFailure({ kind: "unexpected", operation: `POST ${path}`, reason: "answered without a link" });
    },
    startTest: (place, callOptions = {}) => startTest(client, place, callOptions),
  };
}

function toPlace({ tenantId, ssoId }: SsoPlace): Record<string, string> {
  return { tenantId, ...(ssoId === "" ? {} : { ssoId }) };
}

function toTenant(value: unknown): SsoTenant {
  const wire = record(value);
  return { id: text(wire["id"]), name: text(wire["name"]), domains: texts(wire["domains"]) };
}

async function readTenant(
  client: ManagementClient,
  tenantId: string,
  options: AbortableOptions,
): Promise<SsoTenant | undefined> {
  const path = "/v1/mgmt/tenant";
  const answer = await client.ask("GET", path, undefined, { ...options, query: { id: tenantId } });
  if (isNotFound(answer.status, answer.body)) return undefined;
  const tenant = toTenant(accept(`GET ${path}`, answer));
  return tenant.id === tenantId ? tenant : undefined;
}

async function readConfigurations(
  client: ManagementClient,
  tenantId: string,
  options: AbortableOptions,
): Promise<readonly SsoConfiguration[]> {
  const path = "/v2/mgmt/sso/settings/all";
  const answer = await client.ask("GET", path, undefined, { ...options, query: { tenantId } });
  if (isNotFound(answer.status, answer.body)) return [];
  const { SSOSettings: list } = accept(`GET ${path}`, answer);
  const own = { projectId: client.options.projectId, tenantId };
  return (Array.isArray(list) ? list : []).map((one) => fromWireConfiguration(record(one), own));
}

/** A 404 without a code of the API's comes from something else, which knows nothing about tenants. */
function isNotFound(status: number, body: object): boolean {
  const code = record(body)["errorCode"];
  return code === VENDOR_CODES.tenantNotFound || (status === 404 && typeof code === "string");
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.toSorted().join("\n") === b.toSorted().join("\n");
}
