import { Secret } from "@cognito-to-descope/core";
import type { AbortableOptions, InboundApp, InboundApps, InboundScope } from "@cognito-to-descope/core";
import { translateFailure } from "./errors.ts";
import { unlessFeatureMissing } from "./feature-missing.ts";
import { accept, createManagementClient } from "./management-client.ts";
import type { AskOptions } from "./management-client.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";

const PATH = "/v1/mgmt/thirdparty/app";

/** Pages that bring nothing new before a listing counts as over: pages may be counted from zero or from one. */
const MOST_EMPTY_PAGES = 2;

type Wire = Readonly<Record<string, unknown>>;

/**
 * Reads and writes the inbound applications of a project over its management API; see `facts.md#inbound-applications`.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when an option is not usable.
 */
export function createInboundApps(options: ProjectTargetOptions): InboundApps {
  const client = createManagementClient(resolveOptions(options));
  const { projectId } = client.options;

  async function ask(method: string, path: string, body: object | undefined, call: AskOptions): Promise<Wire> {
    const operation = `${method} ${path}`;
    return await unlessFeatureMissing(operation, async () =>
      accept(operation, await client.ask(method, path, body, call)),
    );
  }

  async function list(call: AbortableOptions): Promise<readonly InboundApp[]> {
    const apps = new Map<string, InboundApp>();
    let empty = 0;
    for (let page = 0; empty < MOST_EMPTY_PAGES; page += 1) {
      // The first request is that of the SDKs; only where it does not give everything are pages asked for.
      const query = page === 0 ? undefined : { page: String(page) };
      const answer = await ask("GET", `${PATH}s/load`, undefined, { ...call, query });
      const before = apps.size;
      for (const wire of records(answer["apps"])) {
        const app = appOf(wire);
        if (app !== undefined) apps.set(app.id, app);
      }
      const total = answer["total"];
      if (typeof total !== "number" || apps.size >= total) break;
      empty = apps.size === before ? empty + 1 : 0;
    }
    return [...apps.values()];
  }

  async function load(id: string, call: AbortableOptions): Promise<InboundApp | undefined> {
    const answer = await client.ask("GET", `${PATH}/load`, undefined, { ...call, query: { id } });
    if (answer.status === 404) return undefined;
    const wire = accept(`GET ${PATH}/load`, answer);
    const { app = wire } = wire as { readonly app?: Wire };
    return appOf(app);
  }

  async function mustLoad(id: string, call: AbortableOptions): Promise<InboundApp> {
    const app = await load(id, call);
    if (app !== undefined) return app;
    throw unexpected(`GET ${PATH}/load`, "answered without the application");
  }

  return {
    projectId,
    list: (call = {}) => list(call),
    load: (id, call = {}) => load(id, call),
    async create(settings, { clientId, clientSecret }, call = {}) {
      const credentials = {
        clientId,
        ...(clientSecret === undefined ? {} : { clientSecret: clientSecret.reveal() }),
      };
      const { id } = await ask("POST", `${PATH}/create`, { ...settings, ...credentials }, call);
      if (typeof id === "string" && id !== "") return await mustLoad(id, call);
      throw unexpected(`POST ${PATH}/create`, "answered without an ID");
    },
    async change(id, change, call = {}) {
      await ask("POST", `${PATH}/patch`, { ...change, id }, call);
      return await mustLoad(id, call);
    },
    async readSecret(id, call = {}) {
      const { cleartext } = await ask("GET", `${PATH}/secret`, undefined, { ...call, query: { id } });
      if (typeof cleartext === "string" && cleartext !== "") return new Secret(cleartext);
      throw unexpected(`GET ${PATH}/secret`, "answered without the secret");
    },
    async delete(id, call = {}) {
      const answer = await client.ask("POST", `${PATH}/delete`, { id }, call);
      if (answer.status !== 404) accept(`POST ${PATH}/delete`, answer);
    },
    async readEndpoints(call = {}) {
      const path = `/v1/apps/${projectId}/.well-known/openid-configuration`;
      const operation = `GET ${path}`;
      const document = accept(operation, await client.ask("GET", path, undefined, call));
      const issuer = text(document["issuer"]);
      const [authorize, token] = [text(document["authorization_endpoint"]), text(document["token_endpoint"])];
      if (issuer === "" || authorize === "" || token === "") throw unexpected(operation, "answered without endpoints");
      return {
        issuer,
        discoveryUrl: `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`,
        authorize,
        token,
        userInfo: text(document["userinfo_endpoint"]),
        jwks: text(document["jwks_uri"]),
      };
    },
  };
}

/** Undefined for what has no ID. */
function appOf(wire: Wire): InboundApp | undefined {
  const id = text(wire["id"]);
  if (id === "") return undefined;
  return {
    id,
    clientId: text(wire["clientId"]),
    settings: {
      name: text(wire["name"]),
      description: text(wire["description"]),
      loginPageUrl: text(wire["loginPageUrl"]),
      approvedCallbackUrls: texts(wire["approvedCallbackUrls"]).toSorted(),
      permissionsScopes: scopesOf(wire["permissionsScopes"]),
      attributesScopes: scopesOf(wire["attributesScopes"]),
      nonConfidentialClient: wire["nonConfidentialClient"] === true,
    },
  };
}

function scopesOf(list: unknown): readonly InboundScope[] {
  return records(list).map((scope) => ({
    name: text(scope["name"]),
    description: text(scope["description"]),
    values: texts(scope["values"]),
  }));
}

function unexpected(operation: string, reason: string): Error {
  return translateFailure({ kind: "unexpected", operation, reason });
}

function records(list: unknown): readonly Wire[] {
  if (!Array.isArray(list)) return [];
  return list.filter((one): one is Wire => typeof one === "object" && one !== null);
}

function texts(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
