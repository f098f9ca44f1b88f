// Writes `llms.txt` at the root of the repository.
//
// usage: node site/write-llms-index.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { llmsIndex } from "./src/llms-index.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
writeFileSync(join(root, "llms.txt"), llmsIndex(root));
