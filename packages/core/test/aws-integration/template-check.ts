import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";

/** A type of the specification, as far as this check looks. */
interface Type {
  readonly type: string;
  readonly element?: Type;
  readonly reference?: { readonly $ref: string };
  readonly allowedValues?: readonly unknown[];
}

type Properties = Readonly<Record<string, { readonly type: Type; readonly required?: boolean }>>;

/** Checks templates against the specification that AWS publishes. */
export interface TemplateCheck {
  /** What is wrong with the properties of a resource. */
  problemsOf(resource: {
    readonly Type: string;
    readonly Properties: Readonly<Record<string, unknown>>;
  }): readonly string[];
  /** The names of a type's properties. */
  propertiesOf(type: string): readonly string[];
}

/** Loads the specification. */
export async function openTemplateCheck(): Promise<TemplateCheck> {
  const spec = await loadAwsServiceSpec();
  return {
    problemsOf({ Type, Properties: given }) {
      const [found] = spec.lookup("resource", "cloudFormationType", "equals", Type);
      if (found === undefined) return [`${Type} does not exist`];
      const problems: string[] = [];
      checkProperties(found.properties, given, Type, problems);
      return problems;
    },
    propertiesOf(type) {
      const [found] = spec.lookup("resource", "cloudFormationType", "equals", type);
      return Object.keys(found?.properties ?? {});
    },
  };

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
}

/** The names that a template refers to. */
export function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    if (key === "Ref") return [part as string];
    if (key === "Fn::GetAtt") return [(part as readonly string[])[0] ?? ""];
    if (key === "Fn::Sub") return [...(part as string).matchAll(/\$\{([^!.}]+)/g)].map((found) => found[1] ?? "");
    return referencesIn(part);
  });
}
