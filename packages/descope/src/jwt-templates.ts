import { hasCode } from "@cognito-to-descope/core";
import type { AbortableOptions, JwtTemplate, JwtTemplates } from "@cognito-to-descope/core";
import { translateFailure } from "./errors.ts";
import { accept, createManagementClient } from "./management-client.ts";
import { resolveOptions } from "./options.ts";
import type { ProjectTargetOptions } from "./options.ts";

const PATH = "/v1/mgmt/jwt/templates";

/**
 * Reads and writes the JWT templates of a project over its management API.
 *
 * Which template the tokens of users are made with is chosen in the project's settings, and has no endpoint.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when an option is not usable.
 */
export function createJwtTemplates(options: ProjectTargetOptions): JwtTemplates {
  const client = createManagementClient(resolveOptions(options));

  async function post(path: string, body: object, callOptions: AbortableOptions): Promise<Record<string, unknown>> {
    return accept(`POST ${PATH}/${path}`, await client.ask("POST", `${PATH}/${path}`, body, callOptions));
  }

  async function write(path: string, template: JwtTemplate, callOptions: AbortableOptions): Promise<JwtTemplate> {
    const [written] = templatesOf([(await post(path, { template }, callOptions))["template"]]);
    if (written === undefined) {
      const operation = `POST ${PATH}/${path}`;
      throw translateFailure({ kind: "unexpected", operation, reason: "answered without the template" });
    }
    return written;
  }

  return {
    list: async (callOptions = {}) => templatesOf((await post("list", {}, callOptions))["templates"]),
    listLibrary: async (callOptions = {}) => templatesOf((await post("library/list", {}, callOptions))["entries"]),
    async validate(template, callOptions = {}) {
      try {
        const { valid, issues } = await post("validate", { id: template.id ?? "", template }, callOptions);
        return valid === true ? [] : issuesOf(issues);
      } catch (error) {
        // Whether a template can be validated before it exists is not documented.
        if (hasCode(error, "ERR_TARGET_REFUSED")) return undefined;
        throw error;
      }
    },
    create: (template, callOptions = {}) => write("create", template, callOptions),
    update: (template, callOptions = {}) => write("update", template, callOptions),
  };
}

function templatesOf(list: unknown): readonly JwtTemplate[] {
  if (!Array.isArray(list)) return [];
  return list
    .filter((one): one is Record<string, unknown> => typeof one === "object" && one !== null)
    .map((one) => {
      const { id, name, description, template, tags } = one;
      return {
        ...one,
        name: typeof name === "string" ? name : "",
        template: typeof template === "object" && template !== null ? { ...template } : {},
        ...(typeof id === "string" ? { id } : {}),
        ...(typeof description === "string" ? { description } : {}),
        tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [],
      };
    });
}

/** The settings that the project objects to, and its code for why; its text stays out. */
function issuesOf(issues: unknown): readonly string[] {
  const list = (Array.isArray(issues) ? issues : []).map((issue: unknown) => {
    const { path, field, code } = (issue ?? {}) as Readonly<Record<string, unknown>>;
    const words = [path ?? field, code].filter((word) => typeof word === "string" && /^[\w.:-]{1,80}$/.test(word));
    return words.join(" ") || "a setting";
  });
  return list.length === 0 ? ["a setting"] : list;
}
