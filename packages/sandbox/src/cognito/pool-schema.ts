/** A pool's attribute schema: the standard attributes, custom ones, and the checks on values. */

import { invalidParameter } from "./aws-error.ts";

/** One attribute as `DescribeUserPool` lists it. */
export interface SchemaAttribute {
  readonly Name: string;
  readonly AttributeDataType: "String" | "Number" | "DateTime" | "Boolean";
  readonly DeveloperOnlyAttribute: boolean;
  readonly Mutable: boolean;
  readonly Required: boolean;
  readonly StringAttributeConstraints?: {
    readonly MinLength?: string;
    readonly MaxLength?: string;
  };
  readonly NumberAttributeConstraints?: { readonly MinValue?: string; readonly MaxValue?: string };
}

/** A schema entry as a request gives it. */
export type SchemaInput = Partial<SchemaAttribute> & { readonly Name?: string };

function standard(Name: string, rest: Partial<SchemaAttribute> = {}): SchemaAttribute {
  const type = rest.AttributeDataType ?? "String";
  return {
    Name,
    AttributeDataType: type,
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    ...(type === "String" ? { StringAttributeConstraints: { MinLength: "0", MaxLength: "2048" } } : {}),
    ...rest,
  };
}

const standardAttributes: readonly SchemaAttribute[] = [
  standard("profile"),
  standard("address"),
  standard("birthdate", { StringAttributeConstraints: { MinLength: "10", MaxLength: "10" } }),
  standard("gender"),
  standard("preferred_username"),
  standard("updated_at", {
    AttributeDataType: "Number",
    NumberAttributeConstraints: { MinValue: "0" },
  }),
  standard("website"),
  standard("picture"),
  standard("identities", { StringAttributeConstraints: {} }),
  standard("sub", {
    Mutable: false,
    Required: true,
    StringAttributeConstraints: { MinLength: "1", MaxLength: "2048" },
  }),
  standard("phone_number"),
  standard("phone_number_verified", { AttributeDataType: "Boolean" }),
  standard("zoneinfo"),
  standard("locale"),
  standard("email"),
  standard("email_verified", { AttributeDataType: "Boolean" }),
  standard("given_name"),
  standard("family_name"),
  standard("middle_name"),
  standard("name"),
  standard("nickname"),
];

const standardNames: ReadonlySet<string> = new Set(standardAttributes.map(({ Name }) => Name));

/** The schema of a new pool: the standard attributes as changed by the request, then the custom ones. */
export function poolSchema(inputs: readonly SchemaInput[]): readonly SchemaAttribute[] {
  const changed = new Map(
    inputs.filter(({ Name }) => Name !== undefined && standardNames.has(Name)).map((x) => [x.Name, x]),
  );
  const custom = inputs.filter(({ Name }) => Name === undefined || !standardNames.has(Name));
  const base = standardAttributes.map((attribute) => {
    const input = changed.get(attribute.Name);
    if (input === undefined) return attribute;
    if (input.AttributeDataType !== undefined && input.AttributeDataType !== attribute.AttributeDataType) {
      throw invalidParameter(
        `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${attribute.Name}`,
      );
    }
    return { ...attribute, ...input, DeveloperOnlyAttribute: false };
  });
  return addCustomAttributes(base, custom);
}

/** Adds custom attributes to a schema. */
export function addCustomAttributes(
  schema: readonly SchemaAttribute[],
  inputs: readonly SchemaInput[],
): readonly SchemaAttribute[] {
  const result = [...schema];
  for (const input of inputs) {
    if (input.Name === undefined) throw invalidParameter("Attribute name must not be null.");
    const Name = `${input.DeveloperOnlyAttribute === true ? "dev:" : ""}custom:${input.Name}`;
    if (result.some((other) => other.Name === Name))
      throw invalidParameter(`${Name}: Existing attribute already has name ${Name}.`);
    if (input.Required === true) throw invalidParameter("Required custom attributes are not supported currently.");
    const type = input.AttributeDataType ?? "String";
    result.push({
      Name,
      AttributeDataType: type,
      DeveloperOnlyAttribute: input.DeveloperOnlyAttribute ?? false,
      Mutable: input.Mutable ?? true,
      Required: false,
      ...(type === "String" ? { StringAttributeConstraints: input.StringAttributeConstraints ?? {} } : {}),
      ...(type === "Number" ? { NumberAttributeConstraints: input.NumberAttributeConstraints ?? {} } : {}),
    });
  }
  if (result.length - standardAttributes.length > 50) {
    throw invalidParameter("Maximum number of custom attributes is 50.");
  }
  return result;
}

/** Names of a schema that an app client may read or write. */
export function isCustom(name: string): boolean {
  return name.startsWith("custom:") || name.startsWith("dev:");
}

/** Checks one value against its attribute; the text is AWS's. */
export function checkAttributeValue(schema: readonly SchemaAttribute[], name: string, value: string): void {
  const attribute = schema.find((candidate) => candidate.Name === name);
  if (attribute === undefined || name === "identities") {
    throw invalidParameter(
      `Attributes did not conform to the schema: Type for attribute {${name}} could not be determined\n`,
    );
  }
  if (name === "email" && value !== "" && !/^[^\s@]+@[^\s@]+$/u.test(value))
    throw invalidParameter("Invalid email address format.");
  if (name === "phone_number" && value !== "" && !/^\+\d{4,15}$/.test(value))
    throw invalidParameter("Invalid phone number format.");
  const problem = valueProblem(attribute, value);
  if (problem !== undefined) throw invalidParameter(`Attributes did not conform to the schema: ${name}: ${problem}\n`);
}

function valueProblem(attribute: SchemaAttribute, value: string): string | undefined {
  switch (attribute.AttributeDataType) {
    case "Boolean":
      return /^(true|false)$/i.test(value) ? undefined : "Attribute does not match its type";
    case "Number": {
      if (!/^-?\d+$/.test(value)) return "Attribute does not match its type";
      const { MinValue, MaxValue } = attribute.NumberAttributeConstraints ?? {};
      const number = BigInt(value);
      if (MinValue !== undefined && number < BigInt(MinValue)) return "Attribute value is too small";
      if (MaxValue !== undefined && number > BigInt(MaxValue)) return "Attribute value is too big";
      return undefined;
    }
    case "DateTime":
      return Number.isNaN(Date.parse(value)) ? "Attribute does not match its type" : undefined;
    case "String": {
      const { MinLength, MaxLength } = attribute.StringAttributeConstraints ?? {};
      if (MinLength !== undefined && value.length < Number(MinLength))
        return "String must be longer than or equal to minLength";
      if (MaxLength !== undefined && value.length > Number(MaxLength))
        return "String must be shorter than or equal to maxLength";
      return undefined;
    }
    default:
      return attribute.AttributeDataType satisfies never;
  }
}
