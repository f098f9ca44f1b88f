import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

/** Problems of a document by the published schema of its kind. Members that the schema does not name are problems here too. */
export function schemaProblems(document: { readonly kind: string }): readonly string[] {
  let validate = compiled.get(document.kind);
  if (validate === undefined) {
    const path = new URL(`../../schemas/report-${document.kind}.schema.json`, import.meta.url);
    const schema = JSON.parse(readFileSync(path, "utf8"), (_name, value: unknown) =>
      typeof value === "object" && value !== null && "properties" in value
        ? { additionalProperties: false, ...value }
        : value,
    ) as object;
    compiled.set(document.kind, (validate = ajv.compile(schema)));
  }
  validate(document);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message ?? ""} ${JSON.stringify(params)}`,
  );
}

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
const compiled = new Map<string, ValidateFunction>();
