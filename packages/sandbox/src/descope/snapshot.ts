/** The project's configuration as files: export, import and validation. Users, tenants and keys are not part of it. */

import { readConnector, withoutSecrets } from "./definitions/connectors.ts";
import { attributeTypes, readDefinition } from "./definitions/custom-attributes.ts";
import { flowTasks, readFlowDocument } from "./flows/flow-document.ts";
import type { FlowDocument } from "./flows/flow-document.ts";
import { isJsonObject, readObject, readObjects, readString, readStrings, requireString } from "./json-fields.ts";
import type { JsonObject } from "./json-fields.ts";
import { storeTemplate } from "./definitions/jwt-templates.ts";
import { nothing } from "./operation.ts";
import type { Call, Operation } from "./operation.ts";
import { readProvider } from "./sso/oauth-providers.ts";
import type { OAuthProvider } from "./sso/oauth-providers.ts";
import type { ProjectState } from "./project-state.ts";
import { Refusal, invalid, missing } from "./refusal.ts";

const snapshotVersion = 5;

/** The name of an entity as a file name. */
function slug(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "") || "unnamed"
  );
}

function exportFlow({ flowId, metadata, contents, screens, references }: FlowDocument): JsonObject {
  const names = screens.map(({ screenId }, n) => slug(typeof screenId === "string" ? screenId : String(n)));
  return Object.fromEntries([
    [`flows/${flowId}/metadata.json`, { flowId, ...metadata, screens: names, references }],
    [`flows/${flowId}/contents.json`, contents],
    ...screens.map((screen, n) => [`flows/${flowId}/screen-${names[n]}.json`, screen] as const),
  ]);
}

function exportFiles(project: ProjectState): JsonObject {
  const connectors = [...project.connectors.values()];
  const flows = [...project.flows.values()];
  return {
    "snapshot.json": { version: snapshotVersion },
    "project.json": { name: project.name, userJwtTemplate: project.userJwtTemplate },
    "attributes.json": {
      user: [...project.attributes.values()].map(({ type, ...rest }) => ({
        ...rest,
        type: attributeTypes[type],
      })),
      tenant: [],
      accessKey: [],
    },
    "permissions.json": {
      permissions: project.permissions
        .all()
        .filter((permission) => !permission.systemDefault)
        .map(({ name, description }) => ({ name, description })),
    },
    "roles.json": {
      roles: project.roles
        .all()
        .filter((role) => role.tenantId === "")
        .map((role) => ({
          name: role.name,
          description: role.description,
          permissionNames: role.permissions.map((permission) => permission.name),
          default: role.default,
          private: role.private,
        })),
    },
    "jwttemplates.json": { templates: [...project.jwtTemplates.values()] },
    "auth/password.json": { ...project.policyOf("") },
    "auth/oauth.json": {
      providerSettings: Object.fromEntries(
        [...project.oauthProviders].map(([id, provider]) => [id, { ...provider.shown, custom: true }]),
      ),
    },
    "connectors/connectors.json": { connectors: connectors.map(({ name }) => slug(name)) },
    ...Object.fromEntries(
      connectors.map((connector) => [
        `connectors/${slug(connector.name)}.json`,
        { ...connector, configuration: withoutSecrets(connector.configuration) },
      ]),
    ),
    "flows/flows.json": { flows: flows.map(({ flowId }) => flowId) },
    ...Object.assign({}, ...flows.map(exportFlow)),
    "styles/styles.json": project.theme,
  };
}

function file(files: JsonObject, path: string): JsonObject | undefined {
  const value = files[path];
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) throw invalid(`${path} of the snapshot must be an object`);
  return value;
}

function readFiles({ body }: Call): JsonObject {
  const files = readObject(body, "files");
  if (files === undefined) throw missing("Missing files");
  const version = file(files, "snapshot.json")?.["version"];
  if (typeof version !== "number") throw invalid("snapshot.json of the snapshot has no version");
  if (version > snapshotVersion) throw invalid(`The snapshot is of version ${version}, which is not known`);
  return files;
}

function connectorFiles(files: JsonObject): readonly JsonObject[] {
  const names = readStrings(file(files, "connectors/connectors.json") ?? {}, "connectors") ?? [];
  return names.map((name) => {
    const connector = file(files, `connectors/${name}.json`);
    if (connector === undefined) throw invalid(`connectors/${name}.json of the snapshot is missing`);
    return connector;
  });
}

function flowFiles(files: JsonObject): readonly FlowDocument[] {
  const ids = readStrings(file(files, "flows/flows.json") ?? {}, "flows") ?? [];
  return ids.map((flowId) => {
    const { screens, references, flowId: _id, ...metadata } = file(files, `flows/${flowId}/metadata.json`) ?? {};
    return readFlowDocument({
      flowId,
      metadata,
      references,
      contents: file(files, `flows/${flowId}/contents.json`),
      screens: (readStrings({ screens }, "screens") ?? []).map(
        (name) => file(files, `flows/${flowId}/screen-${name}.json`) ?? { screenId: name },
      ),
    });
  });
}

/** Custom OAuth providers. Their secrets come beside the files, by the provider's ID or name. */
function providerFiles({ project, body }: Call, files: JsonObject): readonly OAuthProvider[] {
  const settings = readObject(file(files, "auth/oauth.json") ?? {}, "providerSettings") ?? {};
  const given = readObjects(readObject(body, "inputSecrets") ?? {}, "oauthProviders") ?? [];
  return Object.keys(settings).flatMap((id): readonly OAuthProvider[] => {
    const { clientSecret: _blank, ...provider } = readObject(settings, id) ?? {};
    if (provider["custom"] !== true) return [];
    const before = project.oauthProviders.get(id);
    const secret = given.find((one) => one["id"] === id || one["name"] === id)?.["value"];
    if (typeof secret !== "string" && before === undefined) throw missing(`Missing the secret of OAuth provider ${id}`);
    return [readProvider({ ...provider, id, ...(typeof secret === "string" ? { clientSecret: secret } : {}) }, before)];
  });
}

/** Takes the files over. Connectors, flows and attributes are read whole before anything is stored. */
function importFiles(call: Call, files: JsonObject): void {
  const { project } = call;
  const connectors = connectorFiles(files).map((from) => {
    const name = requireString(from, "name");
    const before = [...project.connectors.values()].find((one) => one.name === name);
    return readConnector(from, before?.id ?? project.ids.next("CI"), before);
  });
  const flows = flowFiles(files);
  const providers = providerFiles(call, files);
  const attributes = (readObjects(file(files, "attributes.json") ?? {}, "user") ?? []).map((from) =>
    readDefinition({ ...from, type: attributeType(from["type"]) }),
  );
  for (const definition of attributes) project.attributes.set(definition.name, definition);
  for (const from of readObjects(file(files, "permissions.json") ?? {}, "permissions") ?? []) {
    const name = requireString(from, "name");
    const held = project.permissions.byName(name);
    const description = readString(from, "description") ?? "";
    if (held === undefined) project.permissions.create(name, description);
    else held.description = description;
  }
  for (const from of readObjects(file(files, "roles.json") ?? {}, "roles") ?? []) importRole(project, from);
  for (const connector of connectors) project.connectors.set(connector.id, connector);
  for (const document of flows) project.flows.set(document.flowId, document);
  for (const provider of providers) project.oauthProviders.set(provider.id, provider);
  for (const from of readObjects(file(files, "jwttemplates.json") ?? {}, "templates") ?? []) {
    const name = requireString(from, "name");
    const before = [...project.jwtTemplates.values()].find((one) => one.name === name);
    const id = before?.id ?? readString(from, "id") ?? "";
    storeTemplate(project, from, id === "" ? project.ids.next("JT") : id);
  }
  const wanted = file(files, "project.json")?.["userJwtTemplate"];
  if (typeof wanted === "string") selectUserTemplate(project, wanted);
  const theme = file(files, "styles/styles.json");
  if (theme !== undefined) project.theme = theme;
}

function importRole(project: ProjectState, from: JsonObject): void {
  const name = requireString(from, "name");
  const permissions = (readStrings(from, "permissionNames") ?? []).map((one) => {
    const permission = project.permissions.byName(one);
    if (permission === undefined) throw invalid(`Role ${name} names a permission that does not exist`);
    return permission;
  });
  const description = readString(from, "description") ?? "";
  const held = project.roles.byName(name);
  if (held === undefined) {
    project.roles.add({
      name,
      description,
      permissions,
      createdTime: Math.floor(project.clock() / 1000),
      tenantId: "",
      default: from["default"] === true,
      private: from["private"] === true,
    });
    return;
  }
  held.description = description;
  held.permissions = permissions;
}

function attributeType(type: unknown): unknown {
  const known = Object.entries(attributeTypes).find(([, name]) => name === type);
  return known === undefined ? type : Number(known[0]);
}

/** Chooses the template of users' tokens by ID or name; an empty text chooses none. */
export function selectUserTemplate(project: ProjectState, idOrName: string): void {
  if (idOrName === "") {
    project.userJwtTemplate = "";
    return;
  }
  const template =
    project.jwtTemplates.get(idOrName) ?? [...project.jwtTemplates.values()].find((one) => one.name === idOrName);
  if (template === undefined) throw invalid("The userJwtTemplate of the project does not exist");
  project.userJwtTemplate = template.id;
}

function validate(call: Call): JsonObject {
  const failures: string[] = [];
  const missingConnectors: JsonObject[] = [];
  const check = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failures.push(error.message);
    }
  };
  check(() => {
    const files = readFiles(call);
    const given = readObjects(readObject(call.body, "inputSecrets") ?? {}, "connectors") ?? [];
    const names = new Set<string>();
    check(() => {
      for (const from of connectorFiles(files)) {
        const name = requireString(from, "name");
        names.add(name);
        const isNew = ![...call.project.connectors.values()].some((one) => one.name === name);
        const secret = readString(readObject(from, "configuration") ?? {}, "hmacSecret");
        const hasInput = given.some((one) => one["name"] === name);
        if (isNew && secret === "" && !hasInput)
          missingConnectors.push({ id: from["id"] ?? "", name, type: "hmacSecret", value: "" });
      }
    });
    check(() => {
      for (const document of flowFiles(files)) {
        flowTasks(document);
        for (const name of Object.keys(readObject(document.references, "connectors") ?? {}))
          if (!names.has(name) && ![...call.project.connectors.values()].some((one) => one.name === name))
            failures.push(`Flow ${document.flowId} refers to a connector that does not exist: ${name}`);
      }
    });
  });
  return {
    ok: failures.length === 0 && missingConnectors.length === 0,
    failures,
    ...(missingConnectors.length === 0 ? {} : { missingSecrets: { connectors: missingConnectors } }),
  };
}

const partly =
  "attributes, roles, permissions, JWT templates, connectors, flows, custom OAuth providers and styles; the password policy is exported only";

function requireLicence({ project }: Call): void {
  if (project.variants.snapshotApi === "refused")
    throw new Refusal(403, "E011007", "Not allowed", "The licence of the project does not include this");
}

export const snapshotOperations: readonly Operation[] = [
  {
    name: "POST /v1/mgmt/project/snapshot/export",
    access: "management",
    partly,
    run: (call) => {
      requireLicence(call);
      return { files: exportFiles(call.project) };
    },
  },
  {
    name: "POST /v1/mgmt/project/snapshot/import",
    access: "management",
    partly,
    run: (call) => {
      requireLicence(call);
      importFiles(call, readFiles(call));
      return nothing;
    },
  },
  {
    name: "POST /v1/mgmt/project/snapshot/validate",
    access: "management",
    partly: "looks at connectors and flows",
    run: (call) => {
      requireLicence(call);
      return validate(call);
    },
  },
  {
    name: "POST /v1/mgmt/projects/list",
    access: "management",
    partly: "there is one project",
    run: ({ project }) => ({
      projects: [{ id: project.projectId, name: project.name, environment: "", tags: [] }],
    }),
  },
  {
    name: "POST /v1/mgmt/project/update/name",
    access: "management",
    fields: ["name"],
    run: ({ project, body }) => {
      project.name = requireString(body, "name");
      return nothing;
    },
  },
];
