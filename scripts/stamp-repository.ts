// Writes into every manifest which repository the packages come from. A release does this right before it packs; the
// checkout that it is done in is not committed.
//
// usage: node scripts/stamp-repository.ts OWNER/NAME
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryFields } from "./repository-fields.ts";
import { root, workspaces } from "./workspaces.ts";

const [repository = process.env["GITHUB_REPOSITORY"] ?? ""] = process.argv.slice(2);
for (const { folder } of workspaces) {
  const path = join(root, folder, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, unknown>>;
  const stamped = { ...manifest, ...repositoryFields(repository, folder) };
  writeFileSync(path, `${JSON.stringify(stamped, undefined, 2)}\n`);
}
