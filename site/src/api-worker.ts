// Makes the reference of the packages. A process of its own, so that it is made while the pages are.
//
// usage: node site/src/api-worker.ts <folder> <base>
import { fileURLToPath } from "node:url";
import { Application } from "typedoc";
import { apiOptions } from "./api-options.ts";

const [out = "", base = "/"] = process.argv.slice(2);
const root = fileURLToPath(new URL("../..", import.meta.url));
const app = await Application.bootstrap(apiOptions(root, out, base));
const project = await app.convert();
if (project === undefined) process.exit(1);
app.validate(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
await app.generateOutputs(project);
