/** Definitions of custom attributes, and which values fit them. */

import { readInteger, readObjects, readString, readStrings, requireString } from "../json-fields.ts";
import type { JsonObject } from "../json-fields.ts";
import { nothing } from "../operation.ts";
import type { Call, Operation } from "../operation.ts";
import { Refusal, conflicting, invalid, malformed } from "../refusal.ts";
import type { AttributeValue, AttributeValues } from "../users/user-record.ts";
import type { DescopeVariants } from "../variants.ts";

/** Types by their number on the wire. */
export const attributeTypes: Readonly<Record<number, string>> = {
  1: "string",
  2: "number",
  3: "boolean",
  4: "singleselect",
  5: "multiselect",
  6: "date",
  7: "monthday",
};

/** The most characters of a machine name and of a display name. */
export const attributeLimits: { readonly name: number; readonly displayName: number } = {
  name: 20,
  displayName: 254,
};

/** One defined attribute, as answers show it. */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: number;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly displayName: string;
  readonly defaultValue: unknown;
  readonly viewPermissions: readonly string[];
  readonly editPermissions: readonly string[];
  readonly editable: boolean;
}

/** Definitions by name. */
export type AttributeDefinitions = Map<string, AttributeDefinition>;

/**
 * Reads a definition.
 *
 * @throws Refusal when the name, the type or the options break a rule.
 */
export function readDefinition(from: JsonObject): AttributeDefinition {
  const name = requireString(from, "name");
  if (!/^[A-Za-z0-9_-]+$/.test(name))
    throw invalid("The name field may have letters, digits, dashes and underscores only");
  if (name.length > attributeLimits.name)
    throw invalid(`The name field must be at most ${attributeLimits.name} characters`);
  const displayName = readString(from, "displayName") ?? name;
  if (displayName.length > attributeLimits.displayName)
    throw invalid(`The displayName field must be at most ${attributeLimits.displayName} characters`);
  const type = readInteger(from, "type") ?? 1;
  if (attributeTypes[type] === undefined) throw invalid("The type field must be from 1 to 7");
  const options = (readObjects(from, "options") ?? []).map((option) => ({
    value: requireString(option, "value"),
    label: readString(option, "label") ?? requireString(option, "value"),
  }));
  const isSelect = type === 4 || type === 5;
  if (isSelect && options.length === 0) throw invalid("The options field is required for selects");
  if (!isSelect && options.length > 0) throw invalid("The options field is for selects only");
  return {
    name,
    type,
    options,
    displayName,
    defaultValue: from["defaultValue"] ?? null,
    viewPermissions: readStrings(from, "viewPermissions") ?? [],
    editPermissions: readStrings(from, "editPermissions") ?? [],
    editable: from["editable"] === true,
  };
}

/** Tells whether a value fits a definition. The wire form of dates is not documented: text and numbers pass. */
export function fits(definition: AttributeDefinition, value: AttributeValue): boolean {
  switch (definition.type) {
    case 2:
      return typeof value === "number";
    case 3:
      return typeof value === "boolean";
    case 4:
      return definition.options.some((option) => option.value === value);
    case 5:
      return Array.isArray(value) && value.every((one) => definition.options.some((option) => option.value === one));
    case 6:
      return typeof value === "string" || typeof value === "number";
    default:
      return typeof value === "string";
  }
}

/**
 * Checks values against the definitions. Null values are left in, for callers to whom they mean deletion.
 *
 * @throws Refusal when a value is of no possible type, or as the variants want it.
 */
export function checkAttributes(
  values: JsonObject,
  definitions: AttributeDefinitions,
  variants: Pick<DescopeVariants, "undefinedAttribute" | "wrongAttributeType">,
): Readonly<Record<string, AttributeValue | null>> {
  let dropped: string[] | undefined;
  for (const name in values) {
    const value = values[name];
    const definition = definitions.get(name);
    if (definition === undefined) {
      if (variants.undefinedAttribute === "refused") throw invalid(`Custom attribute is not defined: ${name}`);
      (dropped ??= []).push(name);
      continue;
    }
    if (value === null) continue;
    if (!isAttributeValue(value)) throw malformed(`customAttributes.${name} has no possible type`);
    if (!fits(definition, value) && variants.wrongAttributeType === "refused")
      throw invalid(`Custom attribute ${name} must be of type ${String(attributeTypes[definition.type])}`);
  }
  if (dropped === undefined) return values as AttributeValues;
  const names = dropped;
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name))) as AttributeValues;
}

function isAttributeValue(value: unknown): value is AttributeValue {
  if (typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  return Array.isArray(value) && value.every((member) => typeof member === "string");
}

function answerAll({ project }: Call): JsonObject {
  const data = [...project.attributes.values()];
  return { data, total: String(data.length) };
}

export const customAttributeOperations: readonly Operation[] = [
  { name: "GET /v1/mgmt/user/customattributes", access: "management", run: answerAll },
  {
    name: "POST /v1/mgmt/user/customattribute/create",
    access: "management",
    fields: ["attributes"],
    run: (call) => {
      const { attributes } = call.project;
      const wanted = (readObjects(call.body, "attributes") ?? []).map(readDefinition);
      for (const definition of wanted) {
        const there = attributes.get(definition.name);
        if (there !== undefined && there.type !== definition.type)
          throw conflicting(`Custom attribute ${definition.name} exists with another type`);
      }
      for (const definition of wanted) attributes.set(definition.name, definition);
      return answerAll(call);
    },
  },
  {
    name: "POST /v1/mgmt/user/customattribute/delete",
    access: "management",
    fields: ["names"],
    run: (call) => {
      const names = (readStrings(call.body, "names") ?? []).filter((name) => call.project.attributes.delete(name));
      if (names.length > 0) forgetValues(call, names);
      return answerAll(call);
    },
  },
  {
    name: "POST /v1/mgmt/user/attribute",
    access: "management",
    run: ({ project, body }) => {
      const options = body["options"];
      // Here the type is a word and the options are plain texts.
      const type = Object.entries(attributeTypes).find(([, word]) => word === body["type"])?.[0];
      if (type === undefined)
        throw invalid(`The type field must be one of ${Object.values(attributeTypes).join(", ")}`);
      const definition = readDefinition({
        ...body,
        type: Number(type),
        options: Array.isArray(options) ? options.map((value: unknown) => ({ value })) : undefined,
      });
      const there = project.attributes.get(definition.name);
      if (there !== undefined && there.type !== definition.type)
        throw conflicting(`Custom attribute ${definition.name} exists with another type`);
      project.attributes.set(definition.name, definition);
      return nothing;
    },
  },
  {
    name: "GET /v1/mgmt/user/attribute",
    access: "management",
    run: ({ project, query }) => {
      const definition = project.attributes.get(query.get("name") ?? "");
      if (definition === undefined) throw notDefined();
      return {
        ...definition,
        type: attributeTypes[definition.type],
        options: definition.options.map(({ value }) => value),
      };
    },
  },
  {
    name: "DELETE /v1/mgmt/user/attribute",
    access: "management",
    run: (call) => {
      const name = call.query.get("name") ?? "";
      if (!call.project.attributes.delete(name)) throw notDefined();
      forgetValues(call, [name]);
      return nothing;
    },
  },
];

function notDefined(): Refusal {
  return new Refusal(404, "E011004", "Invalid arguments", "There is no such custom attribute");
}

function forgetValues({ project }: Call, names: readonly string[]): void {
  for (const user of [...project.users.regular(), ...project.users.test()]) {
    if (!names.some((name) => Object.hasOwn(user.customAttributes, name))) continue;
    project.users.change(user, (changed) => {
      changed.customAttributes = Object.fromEntries(
        Object.entries(changed.customAttributes).filter(([name]) => !names.includes(name)),
      );
    });
  }
}
