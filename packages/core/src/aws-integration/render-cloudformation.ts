import { type Deferred, type Integration, isDeferred, type Resource, type Value } from "./integration.ts";
import { remarks } from "./remarks.ts";
import { type Plain, renderYaml } from "./render-yaml.ts";

/** A CloudFormation template. */
export type Template = { readonly [section: string]: Plain };

/** An integration as a CloudFormation template. */
export function cloudFormationTemplate(integration: Integration): Template {
  const { title, description, target, replaces, runbook, parameters, resources, outputs } = integration;
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `${title}. ${description}`,
    Metadata: {
      CognitoToDescope: { Target: target, Replaces: replaces, Order: runbook.steps.map((step) => step.text) },
    },
    ...(parameters.length === 0 ? {} : { Parameters: mapValues(parameters, ({ name }) => name, parameterOf) }),
    Resources: mapValues(resources, ({ id }) => id, resourceOf),
    ...(outputs.length === 0
      ? {}
      : {
          Outputs: mapValues(
            outputs,
            ({ name }) => name,
            (output) => ({ Description: output.description, Value: plain(output.value) }),
          ),
        }),
  };
}

/** The template as JSON. */
export function renderCloudFormationJson(integration: Integration): string {
  return `${JSON.stringify(cloudFormationTemplate(integration), undefined, 2)}\n`;
}

/** The template as YAML, with what matters in comments at its head. */
export function renderCloudFormationYaml(integration: Integration): string {
  const head = remarks(integration).map((line) => (line === "" ? "#" : `# ${line}`));
  return `${head.join("\n")}${renderYaml(cloudFormationTemplate(integration))}`;
}

function parameterOf({ description, secret }: Integration["parameters"][number]): Plain {
  return { Type: "String", ...(secret ? { NoEcho: true } : {}), Description: description };
}

function resourceOf({ type, properties, unpublished = {}, comment, existing }: Resource): Plain {
  return {
    Type: type,
    Metadata: { Comment: comment },
    // An import asks for it, and no stack may take somebody's API or identity pool with it.
    ...(existing === undefined ? {} : { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" }),
    Properties: plain({ ...properties, ...unpublished }),
  };
}

/** A value as CloudFormation writes it. */
function plain(value: Value): Plain {
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map(plain);
  if (isDeferred(value)) return deferred(value);
  return plainObject(value as Readonly<Record<string, Value>>);
}

function plainObject(value: Readonly<Record<string, Value>>): Plain {
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

function deferred(value: Deferred): Plain {
  switch (value.$) {
    case "parameter":
      return { Ref: value.name };
    case "attribute":
      return value.attribute === "id" ? { Ref: value.resource } : { "Fn::GetAtt": [value.resource, "Arn"] };
    case "account":
      return { Ref: "AWS::AccountId" };
    case "text":
      return { "Fn::Sub": value.parts.map(substitution).join("") };
    case "map":
      return plainObject(value.entries);
    case "json":
      return plain(value.value);
    default:
      return value satisfies never;
  }
}

function substitution(part: string | Deferred): string {
  if (typeof part === "string") return part.replaceAll("${", "${!");
  const value = deferred(part);
  if (typeof value === "object" && !Array.isArray(value)) {
    const { Ref, "Fn::GetAtt": attribute } = value as { Ref?: string; "Fn::GetAtt"?: readonly string[] };
    if (Ref !== undefined) return `\${${Ref}}`;
    if (attribute !== undefined) return `\${${attribute.join(".")}}`;
  }
  throw new TypeError("this cannot stand within a text");
}

function mapValues<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  valueOf: (item: Item) => Plain,
): { readonly [key: string]: Plain } {
  return Object.fromEntries(items.map((item) => [keyOf(item), valueOf(item)]));
}
