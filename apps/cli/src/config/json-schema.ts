import { z } from "zod";
import { configSchema } from "./schema.ts";

/** The JSON Schema of the config file, for editors. What only TypeScript can say (`transform`) is left out. */
export function configJsonSchema(): object {
  const schema = z.toJSONSchema(configSchema, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      if (jsonSchema.properties?.["transform"] !== undefined) delete jsonSchema.properties["transform"];
    },
  });
  return { ...schema, title: "Config of c2d", description: "How users move from Amazon Cognito to Descope" };
}

/** The text of `config.schema.json`. */
export function renderConfigJsonSchema(): string {
  return `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`;
}
