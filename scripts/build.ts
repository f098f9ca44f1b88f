// Builds every workspace into its dist folder, each after those it depends on.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { bundleAuthorizer } from "./bundle-authorizer.ts";
import { bundleBridge } from "./bundle-bridge.ts";
import { root, workspaces } from "./workspaces.ts";

for (const { folder } of workspaces) {
  rmSync(`${root}/${folder}/dist`, { recursive: true, force: true });
  execFileSync("tsc", ["-p", `${folder}/tsconfig.build.json`], { cwd: root, stdio: "inherit" });
}

// The Lambda authorizer comes with the CLI as one file: where it is installed there is no bundler.
writeFileSync(`${root}/apps/cli/dist/authorizer/index.mjs`, await bundleAuthorizer());

// So do the bridges.
for (const platform of ["worker", "lambda", "server"] as const) {
  writeFileSync(`${root}/apps/cli/dist/bridge/${platform}.mjs`, await bundleBridge(platform));
}
