import { type Deferred, type Integration, isDeferred, type Resource, type Value } from "./integration.ts";
import { remarks } from "./remarks.ts";
import { type Plain, renderYaml } from "./render-yaml.ts";

/** A CloudFormation template. */
export type Template = { readonly [section: string]: Plain };

/** An integration as a CloudFormation template. */
export function cloudFormationTemplate(integration: Integration): Template {
  const { title, description, target, replaces, runbook, secrets, resources, outputs } = integration;
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `${title}. ${description}`,
    Metadata: {
      CognitoToDescope: { Target: target, Replaces: replaces, Order: runbook.steps.map((step) => step.text) },
    },
    ...(secrets.length === 0 ? {} : { Parameters: mapValues(secrets, ({ name }) => name, parameterOf) }),
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

function parameterOf({ description }: Integration["secrets"][number]): Plain {
  return { Type: "String", NoEcho: true, Description: description };
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
    case "secret":
      return { Ref: value.name };
    case "attribute":
      return value.attribute === "id" ? { Ref: value.resource } : { "Fn::GetAtt": [value.resource, "Arn"] };
    case "map":
      return plainObject(value.entries);
    default:
      return value satisfies never;
  }
}

function mapValues<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  valueOf: (item: Item) => Plain,
): { readonly [key: string]: Plain } {
  return Object.fromEntries(items.map((item) => [keyOf(item), valueOf(item)]));
}
