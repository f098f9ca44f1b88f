import { type Deferred, type Integration, isDeferred, type Resource, type Value } from "./integration.ts";
import { remarks } from "./remarks.ts";
import { cloudFormationTemplate } from "./render-cloudformation.ts";
import type { Plain } from "./render-yaml.ts";
import { type Argument, type Arguments, TERRAFORM_RESOURCES, type TerraformResource } from "./terraform-arguments.ts";

/** Where `jwt_validation` of listener rules came in. */
const PROVIDER_VERSION = ">= 6.22";

/** An integration as a Terraform document in JSON: one that every reader of JSON can check. */
export function renderTerraform(integration: Integration): string {
  return `${JSON.stringify(terraformDocument(integration), undefined, 2)}\n`;
}

/** The document that {@link renderTerraform} writes. */
export function terraformDocument(integration: Integration): { readonly [key: string]: Plain } {
  const { parameters, outputs } = integration;
  // What the provider has no arguments for goes through CloudFormation, which has properties for it.
  const needsStack = integration.resources.some(({ unpublished }) => unpublished !== undefined);
  const scope = new Scope(integration);
  const resources = needsStack ? stackOf(integration) : scope.resources();
  const imports = needsStack ? [] : scope.imports();
  const values = outputs.map(({ name, description, value }) => [
    snakeName(name),
    {
      description,
      value: needsStack
        ? `\${aws_cloudformation_stack.${snakeName(integration.target)}.outputs["${name}"]}`
        : scope.value(value),
    },
  ]);
  const body: { readonly [key: string]: Plain } = {
    ...(parameters.length === 0
      ? {}
      : {
          variable: Object.fromEntries(
            parameters.map(({ name, description, secret }) => [
              snakeName(name),
              { type: "string", ...(secret ? { sensitive: true } : {}), description },
            ]),
          ),
        }),
    ...(JSON.stringify(resources).includes("data.aws_caller_identity.current")
      ? { data: { aws_caller_identity: { current: {} } } }
      : {}),
    resource: resources,
    ...(imports.length === 0 ? {} : { import: imports }),
    ...(values.length === 0 ? {} : { output: Object.fromEntries(values) as Plain }),
  };
  return {
    "//": remarks(integration).join("\n"),
    terraform: {
      required_version: ">= 1.5",
      required_providers: { aws: { source: "hashicorp/aws", version: PROVIDER_VERSION } },
    },
    ...body,
  };
}

function stackOf(integration: Integration): { readonly [type: string]: Plain } {
  const name = snakeName(integration.target);
  return {
    aws_cloudformation_stack: {
      [name]: {
        "//": "The provider has no arguments for this yet, and CloudFormation has properties: the stack is what the template alone would make.",
        name: `descope-${integration.target}`,
        template_body: escape(JSON.stringify(cloudFormationTemplate(integration))),
      },
    },
  };
}

/** Names and references within one document. */
class Scope {
  readonly #integration: Integration;

  constructor(integration: Integration) {
    this.#integration = integration;
  }

  resources(): { readonly [type: string]: Plain } {
    const types: Record<string, Record<string, Plain>> = {};
    for (const resource of this.#integration.resources) {
      const { type, arguments: words } = terraformOf(resource);
      types[type] ??= {};
      types[type][snakeName(resource.id)] = {
        "//": resource.comment,
        ...this.#block(resource.properties, words, resource.type),
        ...(resource.existing === undefined ? {} : { lifecycle: { prevent_destroy: true } }),
      };
    }
    return types;
  }

  imports(): readonly Plain[] {
    return this.#integration.resources.flatMap((resource) =>
      resource.existing === undefined
        ? []
        : [{ to: `${terraformOf(resource).type}.${snakeName(resource.id)}`, id: resource.existing }],
    );
  }

  value(value: Value): Plain {
    if (typeof value === "string") return escape(value);
    if (typeof value !== "object") return value;
    if (Array.isArray(value)) return (value as readonly Value[]).map((item) => this.value(item));
    if (isDeferred(value)) return this.#deferred(value);
    return this.#object(value as Readonly<Record<string, Value>>);
  }

  #object(value: Readonly<Record<string, Value>>): Plain {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.value(part)]));
  }

  #block(properties: Readonly<Record<string, Value>>, words: Arguments, where: string): Record<string, Plain> {
    const block: Record<string, Plain> = {};
    for (const [property, value] of Object.entries(properties)) {
      const argument = words[property];
      if (argument === undefined) throw new TypeError(`Terraform has no word for ${property} of ${where}`);
      Object.assign(block, this.#argument(argument, value, `${where}.${property}`));
    }
    return block;
  }

  #argument(argument: Argument, value: Value, where: string): Record<string, Plain> {
    if (argument === null) return {};
    if (typeof argument === "string") return { [argument]: this.value(value) };
    if ("json" in argument) return { [argument.json]: this.#json(value) };
    if ("inline" in argument) return this.#block(objectOf(value), argument.inline, where);
    const items = "entries" in argument ? Object.values(objectOf(value)) : Array.isArray(value) ? value : [value];
    const name = "entries" in argument ? argument.entries : argument.block;
    return { [name]: (items as readonly Value[]).map((item) => this.#block(objectOf(item), argument.of, where)) };
  }

  /** JSON text: what is worked out stands in it as Terraform's interpolation. */
  #json(value: Value): string {
    return JSON.stringify(this.value(value));
  }

  #deferred(value: Deferred): Plain {
    switch (value.$) {
      case "map":
        return this.#object(value.entries);
      case "json":
        return this.value(value.value);
      case "text":
        return value.parts
          .map((part) => (typeof part === "string" ? escape(part) : `\${${this.#reference(part)}}`))
          .join("");
      case "parameter":
      case "account":
      case "attribute":
        return `\${${this.#reference(value)}}`;
      default:
        return value satisfies never;
    }
  }

  #reference(value: Deferred): string {
    if (value.$ === "parameter") return `var.${snakeName(value.name)}`;
    if (value.$ === "account") return "data.aws_caller_identity.current.account_id";
    if (value.$ !== "attribute") throw new TypeError("this cannot stand within a text");
    const resource = this.#integration.resources.find(({ id }) => id === value.resource);
    if (resource === undefined) throw new TypeError(`there is no resource ${value.resource}`);
    return `${terraformOf(resource).type}.${snakeName(value.resource)}.${value.attribute}`;
  }
}

function terraformOf({ type }: Resource): TerraformResource {
  const found = TERRAFORM_RESOURCES[type];
  if (found === undefined) throw new TypeError(`Terraform has no word for ${type}`);
  return found;
}

function objectOf(value: Value): Readonly<Record<string, Value>> {
  if (typeof value !== "object" || Array.isArray(value)) throw new TypeError("an object was expected");
  if (!isDeferred(value)) return value as Readonly<Record<string, Value>>;
  if (value.$ !== "map") throw new TypeError("an object was expected");
  return value.entries;
}

/** Text that Terraform must not read as a template. */
function escape(text: string): string {
  return text.replaceAll("${", "$${").replaceAll("%{", "%%{");
}

/** `DescopeAuthorizer` and `http-api-jwt` as Terraform names things. */
export function snakeName(name: string): string {
  return name
    .replaceAll("-", "_")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
