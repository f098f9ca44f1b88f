// Lays out what would be published of every workspace, each in its own folder below a new one: what an image is made of.
//
// usage: node scripts/lay-out-packages.ts FOLDER
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { packWorkspace } from "./pack-workspace.ts";
import { workspaces } from "./workspaces.ts";

const [target] = process.argv.slice(2);
if (target === undefined) {
  console.error("usage: node scripts/lay-out-packages.ts FOLDER");
  process.exit(2);
}
const tarballs = mkdtempSync(join(tmpdir(), "c2d-tarballs-"));
try {
  for (const workspace of workspaces) {
    const folder = resolve(target, workspace.folder);
    mkdirSync(folder, { recursive: true });
    execFileSync("tar", ["-xzf", packWorkspace(workspace, tarballs), "--strip-components=1", "-C", folder]);
  }
} finally {
  rmSync(tarballs, { recursive: true, force: true });
}
