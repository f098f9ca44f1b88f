// Makes the reference of the packages. A process of its own, so that it is made while the pages are.
//
// usage: node site/src/api-worker.ts <folder> <base>
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, ReflectionKind } from "typedoc";
import { apiOptions, entryPoints } from "./api-options.ts";

const [out = "", base = "/"] = process.argv.slice(2);
const root = fileURLToPath(new URL("../..", import.meta.url));
const app = await Application.bootstrap(apiOptions(root, out, base));
const project = await app.convert();
if (project === undefined) process.exit(1);
app.validate(project);
for (const declaration of project.getReflectionsByKind(ReflectionKind.Function)) {
  const said =
    declaration.isDeclaration() && declaration.getNonIndexSignatures().every((signature) => signature.hasComment());
  if (!said && !declaration.hasComment()) app.logger.error(`${declaration.getFullName()} has no doc comment` as never);
}
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);

// Modules are called by what a program imports, not by where their sources are.
const names = new Map(entryPoints(root).map(({ name, source }) => [source.replace(/(?:\/index)?\.ts$/, ""), name]));
for (const module of project.children ?? []) module.name = names.get(module.name) ?? module.name;
await app.generateOutputs(project);

for (const name of readdirSync(out, { recursive: true, encoding: "utf8" })) {
  if (!name.endsWith(".html")) continue;
  const path = join(out, name);
  writeFileSync(path, readable(readFileSync(path, "utf8")));
}

/** What the theme leaves out for people who do not see the page: landmarks with names, and no link inside of a button. */
function readable(html: string): string {
  return html
    .replace('<div class="col-content">', '<div class="col-content" role="main">')
    .replace('<nav id="tsd-sidebar-links"', '<nav id="tsd-sidebar-links" aria-label="Guide"')
    .replaceAll('<nav class="tsd-navigation"', '<nav aria-label="Reference" class="tsd-navigation"')
    .replaceAll(/<summary\b[\s\S]*?<\/summary>/g, (summary) =>
      summary.replaceAll(/<a [^>]*class="tsd-anchor-icon">.*?<\/a>/g, ""),
    );
}
