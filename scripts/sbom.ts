// Writes the bill of materials of the command line: everything that somebody gets who installs it, in CycloneDX.
//
// usage: node scripts/sbom.ts FILE
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { billOfMaterials, type Lockfile } from "./bill-of-materials.ts";
import { root } from "./workspaces.ts";

/** What of a package's development dependencies is a tool that leaves nothing in what is published. */
const TOOLS = /^(?:@types\/|@vitejs\/|vite$|axe-core$|playwright-core$|@cognito-to-descope\/)/;

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error("usage: node scripts/sbom.ts FILE");
  process.exit(2);
}
const lockfile = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lockfile;
// The page of the console is bundled: its libraries are published inside of it.
const page = Object.keys(lockfile.packages["apps/console"]?.devDependencies ?? {}).filter((name) => !TOOLS.test(name));
const bill = billOfMaterials(lockfile, "apps/cli", { "apps/console": page });
writeFileSync(file, `${JSON.stringify(bill, undefined, 2)}\n`);
console.log(`${bill.components.length} components: ${file}`);
