// Writes apps/cli/schemas/report-*.schema.json from the types that the reports are built with.
//
// usage: node scripts/with-node.mjs node scripts/generate-report-schemas.ts
import { mkdirSync, writeFileSync } from "node:fs";
import { renderReportSchemas } from "./report-schemas.ts";

mkdirSync(new URL("../apps/cli/schemas", import.meta.url), { recursive: true });
for (const [path, text] of renderReportSchemas()) writeFileSync(new URL(`../${path}`, import.meta.url), text);
