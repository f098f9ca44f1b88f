import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { root, type Workspace } from "./workspaces.ts";

/** Packs a built workspace as it would be published, into a folder. Gives the path of the tarball. */
export function packWorkspace({ name }: Workspace, folder: string): string {
  const printed = execFileSync(
    "npm",
    ["pack", "--json", "--pack-destination", folder, "--workspace", name, "--loglevel=error"],
    // The source condition must not reach what npm runs.
    { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_OPTIONS: "" } },
  );
  const packed: unknown = JSON.parse(printed);
  // One document for each, in a list or by name: it depends on the version of npm.
  const [first] = Object.values(packed as Readonly<Record<string, { readonly filename: string }>>);
  if (first === undefined) throw new Error(`npm packed nothing of ${name}`);
  return join(folder, first.filename);
}
