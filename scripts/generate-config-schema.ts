// Writes apps/cli/config.schema.json from the schema that the CLI itself checks with.
//
// usage: node scripts/with-node.mjs node --conditions=@cognito-to-descope/source scripts/generate-config-schema.ts
import { writeFileSync } from "node:fs";
import { renderConfigJsonSchema } from "../apps/cli/src/config/json-schema.ts";

writeFileSync(new URL("../apps/cli/config.schema.json", import.meta.url), renderConfigJsonSchema());
