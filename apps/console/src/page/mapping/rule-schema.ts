import type { MappingRulesJson } from "../../contract/mapping.ts";

interface PropertySchema {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
}

function propertyOf(schema: MappingRulesJson, rule: string): PropertySchema {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, PropertySchema>>;
  return properties[rule] ?? {};
}

/** What the schema of the config says of a rule. */
export function descriptionOf(schema: MappingRulesJson, rule: string): string {
  return propertyOf(schema, rule).description ?? "";
}

/** The values that a rule can have, where the schema of the config lists them. */
export function choicesOf(schema: MappingRulesJson, rule: string): readonly (string | boolean)[] {
  const { enum: choices, type } = propertyOf(schema, rule);
  return choices ?? (type === "boolean" ? [true, false] : []);
}
