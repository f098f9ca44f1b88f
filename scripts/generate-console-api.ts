// Writes docs/console-api/openapi.json from the routes that the console answers.
//
// usage: node scripts/with-node.mjs node --conditions=@cognito-to-descope/source scripts/generate-console-api.ts
import { mkdirSync, writeFileSync } from "node:fs";
import { renderConsoleApi } from "../apps/cli/src/console/render-api.ts";

const file = new URL("../docs/console-api/openapi.json", import.meta.url);
mkdirSync(new URL(".", file), { recursive: true });
writeFileSync(file, renderConsoleApi());
