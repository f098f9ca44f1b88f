// Tells in CI when packages changed and no changeset says so. It is a note and not a failure: a change of tests, documents
// or wording needs none, and which is which is for a person to say.
//
// usage: node scripts/note-changesets.ts BASE
import { execFileSync } from "node:child_process";
import { root, workspaces } from "./workspaces.ts";

const [base] = process.argv.slice(2);
if (base === undefined) {
  console.error("usage: node scripts/note-changesets.ts BASE");
  process.exit(2);
}
const changed = execFileSync("git", ["diff", "--name-only", `${base}...HEAD`], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter(Boolean);
const published = workspaces.filter(({ folder }) =>
  changed.some((path) => path.startsWith(`${folder}/src/`) || path === `${folder}/package.json`),
);
const described = changed.some((path) => /^\.changeset\/(?!README\.md$)[^/]+\.md$/.test(path));
if (published.length > 0 && !described) {
  const names = published.map(({ name }) => name).join(", ");
  console.log(`::notice title=No changeset::${names} changed. If users should know, run npx changeset and commit it.`);
} else {
  console.log(described ? "there is a changeset" : "no package changed");
}
