// Builds every workspace into its dist folder, each after those it depends on.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { buildPageIfStale } from "../apps/console/src/build-page.ts";
import { bundleAuthorizer } from "./bundle-authorizer.ts";
import { bundleGateway } from "./bundle-gateway.ts";
import { bundleBridge } from "./bundle-bridge.ts";
import { root, workspaces } from "./workspaces.ts";

for (const { folder } of workspaces) {
  rmSync(`${root}/${folder}/dist`, { recursive: true, force: true });
  execFileSync("tsc", ["-p", `${folder}/tsconfig.build.json`], { cwd: root, stdio: "inherit" });
  // npm packs the licence of the package's own folder, and there is one for all.
  copyFileSync(`${root}/LICENSE`, `${root}/${folder}/LICENSE`);
}

// Where the console is installed there is no bundler either.
await buildPageIfStale();

// The Lambda functions come with the CLI as they are deployed: where it is installed there is no bundler.
writeFileSync(`${root}/apps/cli/dist/authorizer/index.mjs`, await bundleAuthorizer());
const gatewayBundle = `${root}/apps/cli/dist/gateway-function/bundle`;
mkdirSync(gatewayBundle, { recursive: true });
for (const { name, text } of await bundleGateway()) writeFileSync(`${gatewayBundle}/${name}`, text);

// So do the bridges.
for (const platform of ["worker", "lambda", "server"] as const) {
  writeFileSync(`${root}/apps/cli/dist/bridge/${platform}.mjs`, await bundleBridge(platform));
}
