import { describe, expect, test } from "vitest";
import { renderIntegration } from "@cognito-to-descope/core";
import { type Block, PROVIDER_ARGUMENTS } from "./provider-arguments.ts";
import { sampleIntegrations } from "./samples.ts";

interface Document {
  readonly variable?: Readonly<Record<string, object>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly import?: readonly { readonly to: string; readonly id: string }[];
}

/** What stands in the body of every resource beside its arguments. */
const META = ["//", "lifecycle", "depends_on"];

function documentOf(integration: (typeof sampleIntegrations)[number][1]): Document {
  return JSON.parse(renderIntegration(integration, "terraform")) as Document;
}

describe.each(sampleIntegrations)("the Terraform of %s", (_name, integration) => {
  test("has the arguments and blocks that the provider documents, and all that are required", () => {
    const problems: string[] = [];
    for (const [type, resources] of Object.entries(documentOf(integration).resource)) {
      for (const body of Object.values(resources)) {
        const known = PROVIDER_ARGUMENTS[type];
        const own = Object.fromEntries(Object.entries(body).filter(([name]) => !META.includes(name)));
        if (known === undefined) problems.push(`${type} does not exist`);
        else checkBlock(known, own, type, problems);
      }
    }
    expect(problems).toEqual([]);
  });

  test("refers only to what is in it", () => {
    const { resource, variable = {}, data = {} } = documentOf(integration);
    const names = new Set([
      ...Object.entries(resource).flatMap(([type, all]) => Object.keys(all).map((name) => `${type}.${name}`)),
      ...Object.keys(variable).map((name) => `var.${name}`),
      ...Object.entries(data).flatMap(([type, all]) => Object.keys(all).map((name) => `data.${type}.${name}`)),
    ]);
    const body = renderIntegration(integration, "terraform");
    const references = [...body.matchAll(/(?<!\$)\$\{((?:data\.)?\w+\.\w+)/g)].map((found) => found[1] ?? "");
    expect(references.filter((name) => !names.has(name))).toEqual([]);
  });

  test("imports what is there, and will not destroy it", () => {
    const { import: imports = [], resource } = documentOf(integration);
    expect(imports.map(({ id }) => id)).toEqual(
      integration.resources.flatMap(({ existing }) => (existing === undefined ? [] : [existing])),
    );
    for (const { to } of imports) {
      const [type = "", name = ""] = to.split(".");
      expect(resource[type]?.[name]).toMatchObject({ lifecycle: { prevent_destroy: true } });
    }
  });

  test("keeps secrets in sensitive variables without a default", () => {
    const variables = Object.values(documentOf(integration).variable ?? {});
    expect(variables.map((variable) => "sensitive" in variable)).toEqual(
      integration.parameters.map(({ secret }) => secret),
    );
    for (const variable of variables) {
      expect(variable).not.toHaveProperty("default");
    }
  });
});

test("what the provider has no arguments for is the template itself, in a stack", () => {
  const rest = sampleIntegrations.find(([name]) => name === "rest-api-jwt")?.[1];
  if (rest === undefined) throw new Error("there is no such sample");
  const body = documentOf(rest).resource["aws_cloudformation_stack"]?.["rest_api_jwt"]?.["template_body"] as string;
  expect(JSON.parse(body.replaceAll("$${", "${"))).toEqual(JSON.parse(renderIntegration(rest, "cloudformation-json")));
});

function checkBlock(known: Block, given: Readonly<Record<string, unknown>>, where: string, problems: string[]): void {
  const { required, optional = [], blocks = {} } = known;
  for (const name of required) if (!(name in given)) problems.push(`${where}.${name} is missing`);
  for (const [name, value] of Object.entries(given)) {
    const block = blocks[name];
    if (block !== undefined) {
      if (!Array.isArray(value)) problems.push(`${where}.${name} is not a list of blocks`);
      else for (const item of value) checkBlock(block, item as Record<string, unknown>, `${where}.${name}`, problems);
    } else if (!required.includes(name) && !optional.includes(name)) {
      problems.push(`${where}.${name} does not exist`);
    }
  }
}
