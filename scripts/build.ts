// Builds every workspace into its dist folder, each after those it depends on.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { root, workspaces } from "./workspaces.ts";

for (const { folder } of workspaces) {
  rmSync(`${root}/${folder}/dist`, { recursive: true, force: true });
  execFileSync("tsc", ["-p", `${folder}/tsconfig.build.json`], { cwd: root, stdio: "inherit" });
}
