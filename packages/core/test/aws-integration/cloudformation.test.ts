import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { renderIntegration } from "@cognito-to-descope/core";
import { sampleIntegrations } from "./samples.ts";

type Database = Awaited<ReturnType<typeof loadAwsServiceSpec>>;

/** A type of the specification, as far as this check looks. */
interface Type {
  readonly type: string;
  readonly element?: Type;
  readonly reference?: { readonly $ref: string };
  readonly allowedValues?: readonly unknown[];
}

type Properties = Readonly<Record<string, { readonly type: Type; readonly required?: boolean }>>;

interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

interface Template {
  readonly Description: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: unknown;
}

/**
 * Properties that AWS's template reference has and the published specification does not.
 *
 * AWS CloudFormation Template Reference, "AWS::ApiGateway::Authorizer JwtConfiguration", "JwtIssuer"; read 2026-11-26.
 * A case that the specification has caught up with fails, so that it is taken off this list.
 */
const UNPUBLISHED: readonly string[] = ["AWS::ApiGateway::Authorizer.JwtConfiguration"];
const JWT_CONFIGURATION = { DefaultAlgorithms: "strings", Issuers: { Audiences: "strings", Issuer: "string" } };

let spec: Database;
beforeAll(async () => {
  spec = await loadAwsServiceSpec();
});

function templateOf(integration: (typeof sampleIntegrations)[number][1]): Template {
  return JSON.parse(renderIntegration(integration, "cloudformation-json")) as Template;
}

describe.each(sampleIntegrations)("the template of %s", (_name, integration) => {
  test("is the same in YAML as in JSON", () => {
    expect(parse(renderIntegration(integration, "cloudformation-yaml"))).toEqual(templateOf(integration));
  });

  test("has only properties that AWS publishes, of their types, and all that are required", () => {
    const problems: string[] = [];
    for (const resource of Object.values(templateOf(integration).Resources)) {
      const [found] = spec.lookup("resource", "cloudFormationType", "equals", resource.Type);
      if (found === undefined) problems.push(`${resource.Type} does not exist`);
      else checkProperties(found.properties, resource.Properties, resource.Type, problems);
    }
    expect(problems.filter((problem) => !UNPUBLISHED.some((one) => problem === `${one} does not exist`))).toEqual([]);
  });

  test("refers only to what is in it", () => {
    const template = templateOf(integration);
    const names = new Set([...Object.keys(template.Resources), ...Object.keys(template.Parameters ?? {})]);
    const references = referencesIn(template).filter((name) => !name.startsWith("AWS::"));
    expect(references.filter((name) => !names.has(name))).toEqual([]);
  });

  test("fits the limits of a template, and says what it replaces", () => {
    const text = renderIntegration(integration, "cloudformation-yaml");
    expect(text.length).toBeLessThan(51_200);
    expect(templateOf(integration).Description.length).toBeLessThanOrEqual(1024);
    expect(text).toContain("# Replaces:");
    expect(text).toContain("# Order (the runbook has the commands, and the way back):");
  });

  test("keeps what was there before when its stack is deleted", () => {
    for (const resource of integration.resources) {
      const kept = templateOf(integration).Resources[resource.id];
      const policy = resource.existing === undefined ? undefined : "Retain";
      expect([kept?.DeletionPolicy, kept?.UpdateReplacePolicy]).toEqual([policy, policy]);
    }
  });

  test("holds no secret", () => {
    for (const { name, secret } of integration.parameters) {
      expect(Object.keys(templateOf(integration).Parameters?.[name] ?? {}).includes("NoEcho")).toBe(secret);
      expect(templateOf(integration).Parameters?.[name]).not.toHaveProperty("Default");
    }
  });
});

test("what the published specification lacks is as AWS's template reference has it, and still lacking", () => {
  const [, rest] = sampleIntegrations.find(([name]) => name === "rest-api-jwt") ?? [];
  if (rest === undefined) throw new Error("there is no such sample");
  const { JwtConfiguration } = Object.values(templateOf(rest).Resources)[0]?.Properties ?? {};
  const { DefaultAlgorithms, Issuers } = JwtConfiguration as { DefaultAlgorithms: string[]; Issuers: object[] };
  expect(Object.keys(JwtConfiguration as object)).toEqual(Object.keys(JWT_CONFIGURATION));
  expect(DefaultAlgorithms).toEqual(["RS256"]);
  expect(Issuers).toHaveLength(2);
  for (const issuer of Issuers) expect(Object.keys(issuer)).toEqual(Object.keys(JWT_CONFIGURATION.Issuers));
  const [authorizer] = spec.lookup("resource", "cloudFormationType", "equals", "AWS::ApiGateway::Authorizer");
  expect(Object.keys(authorizer?.properties ?? {})).not.toContain("JwtConfiguration");
});

function checkProperties(
  known: Properties,
  given: Readonly<Record<string, unknown>>,
  where: string,
  problems: string[],
): void {
  for (const [name, property] of Object.entries(known)) {
    if (property.required === true && !(name in given)) problems.push(`${where}.${name} is missing`);
  }
  for (const [name, value] of Object.entries(given)) {
    const property = known[name];
    if (property === undefined) problems.push(`${where}.${name} does not exist`);
    else checkValue(property.type, value, `${where}.${name}`, problems);
  }
}

function checkValue(type: Type, value: unknown, where: string, problems: string[]): void {
  if (typeof value === "object" && value !== null && ("Ref" in value || Object.keys(value)[0]?.startsWith("Fn::")))
    return;
  const wrong = (): void => void problems.push(`${where} is of another type than ${type.type}`);
  if (type.allowedValues !== undefined && !type.allowedValues.includes(value))
    problems.push(`${where} may not be that`);
  switch (type.type) {
    case "string":
    case "boolean":
      if (typeof value !== type.type) wrong();
      return;
    case "integer":
    case "number":
      if (typeof value !== "number") wrong();
      return;
    case "array":
      if (!Array.isArray(value)) wrong();
      else value.forEach((item) => checkValue(type.element as Type, item, where, problems));
      return;
    case "map":
      for (const part of Object.values(value as object)) checkValue(type.element as Type, part, where, problems);
      return;
    case "ref": {
      const definition = spec.get("typeDefinition", type.reference?.$ref ?? "");
      checkProperties(definition.properties, value as Record<string, unknown>, where, problems);
      return;
    }
    case "json":
    case "union":
      return;
    default:
      problems.push(`${where} has the type ${type.type}, which this check does not know`);
  }
}

function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    if (key === "Ref") return [part as string];
    if (key === "Fn::GetAtt") return [(part as readonly string[])[0] ?? ""];
    if (key === "Fn::Sub") return [...(part as string).matchAll(/\$\{([^!.}]+)/g)].map((found) => found[1] ?? "");
    return referencesIn(part);
  });
}
