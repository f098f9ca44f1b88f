import { hasCode, Secret } from "@cognito-to-descope/core";
import type { AbortableOptions, FederatedApp, FederatedApps, NewFederatedApp } from "@cognito-to-descope/core";
import { translateFailure } from "./errors.ts";
import { unlessFeatureMissing } from "./feature-missing.ts";
import { accept, createManagementClient } from "./management-client.ts";
import type { AskOptions } from "./management-client.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";

const PATH = "/v1/mgmt/sso/idp/app";
const KEY_NAME = "cognito-to-descope: sign-in of Amazon Cognito";

/** Settings of an application that its answer gives and that nobody sets. */
const GIVEN_SETTINGS = ["issuer", "discoveryUrl", "clientId"];

type Wire = Readonly<Record<string, unknown>>;

/**
 * Reads and writes the federated OIDC applications of a project over its management API; see `facts.md#applications`.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when an option is not usable.
 */
export function createFederatedApps(options: ProjectTargetOptions): FederatedApps {
  const client = createManagementClient(resolveOptions(options));
  const { projectId } = client.options;

  async function ask(method: string, path: string, body: object | undefined, call: AskOptions): Promise<Wire> {
    const operation = `${method} ${path}`;
    return await unlessFeatureMissing(operation, async () =>
      accept(operation, await client.ask(method, path, body, call)),
    );
  }

  async function load(id: string, call: AbortableOptions): Promise<FederatedApp> {
    const app = appOf(await ask("GET", `${PATH}/load`, undefined, { ...call, query: { id } }));
    if (app !== undefined) return app;
    throw unexpected(`GET ${PATH}/load`, "answered without an issuer");
  }

  async function list(call: AbortableOptions): Promise<readonly FederatedApp[]> {
    const { apps } = await ask("GET", `${PATH}s/load`, undefined, call);
    return records(apps).flatMap((wire) => appOf(wire) ?? []);
  }

  return {
    list: (call = {}) => list(call),
    async create(app, call = {}) {
      const body = { ...app, enabled: true };
      try {
        const { id } = await ask("POST", `${PATH}/oidc/create`, body, call);
        if (typeof id === "string" && id !== "") return await load(id, call);
      } catch (error) {
        // Whether it was made shows when it is read: it is never sent twice.
        if (!hasCode(error, "ERR_TARGET_ANSWER_LOST") || call.signal?.aborted === true) throw error;
        const found = (await list(call)).find(({ name, description }) => isSame({ name, description }, app));
        if (found !== undefined) return found;
        throw error;
      }
      throw unexpected(`POST ${PATH}/oidc/create`, "answered without an ID");
    },
    async update(found, change, call = {}) {
      const settings = Object.entries(found.settings).filter(([name]) => !GIVEN_SETTINGS.includes(name));
      const body = { ...Object.fromEntries(settings), enabled: found.enabled, ...change, id: found.id };
      await ask("POST", `${PATH}/oidc/update`, body, call);
      return await load(found.id, call);
    },
    async readDefault(call = {}) {
      const path = `/${projectId}/.well-known/openid-configuration`;
      const { issuer } = await ask("GET", path, undefined, call);
      if (typeof issuer !== "string" || issuer === "") throw unexpected(`GET ${path}`, "answered without an issuer");
      return {
        id: projectId,
        name: "",
        description: "",
        enabled: true,
        loginPageUrl: "",
        issuer,
        discoveryUrl: `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`,
        clientId: projectId,
        settings: {},
      };
    },
    async createAccessKey(call = {}) {
      const { cleartext } = await ask("POST", "/v1/mgmt/accesskey/create", { name: KEY_NAME, expireTime: 0 }, call);
      return secretOf("POST /v1/mgmt/accesskey/create", cleartext);
    },
    async readSecret(id, call = {}) {
      const { cleartext } = await ask("GET", `${PATH}/secret`, undefined, { ...call, query: { id } });
      return secretOf(`GET ${PATH}/secret`, cleartext);
    },
    async delete(id, call = {}) {
      const answer = await client.ask("POST", `${PATH}/delete`, { id }, call);
      if (answer.status !== 404) accept(`POST ${PATH}/delete`, answer);
    },
  };
}

function isSame(one: Pick<NewFederatedApp, "name" | "description">, other: NewFederatedApp): boolean {
  return one.name === other.name && one.description === other.description;
}

function unexpected(operation: string, reason: string): Error {
  return translateFailure({ kind: "unexpected", operation, reason });
}

function secretOf(operation: string, cleartext: unknown): Secret {
  if (typeof cleartext === "string" && cleartext !== "") return new Secret(cleartext);
  throw unexpected(operation, "answered without the secret");
}

/** Undefined for what is no OIDC application. */
function appOf(wire: Wire): FederatedApp | undefined {
  const settings = wire["oidcSettings"];
  if (typeof settings !== "object" || settings === null) return undefined;
  const of = settings as Wire;
  const issuer = text(of["issuer"]);
  if (issuer === "") return undefined;
  const clientId = text(of["clientId"]) || text(wire["clientId"]);
  return {
    id: text(wire["id"]),
    name: text(wire["name"]),
    description: text(wire["description"]),
    enabled: wire["enabled"] !== false,
    loginPageUrl: text(of["loginPageUrl"]),
    issuer,
    discoveryUrl: text(of["discoveryUrl"]) || `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`,
    ...(clientId === "" ? {} : { clientId }),
    settings: { ...of, ...(text(wire["logo"]) === "" ? {} : { logo: wire["logo"] }) },
  };
}

function records(list: unknown): readonly Wire[] {
  if (!Array.isArray(list)) return [];
  return list.filter((one): one is Wire => typeof one === "object" && one !== null);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
