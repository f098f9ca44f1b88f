// Bundles the authorizer into one file that needs nothing else installed.
//
// usage: node bundle.ts [file]
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const bundle = await rolldown({
  input: fileURLToPath(new URL("authorizer.ts", import.meta.url)),
  platform: "node",
  // In the checkout, packages are bundled from their sources.
  resolve: { conditionNames: ["@cognito-to-descope/source", "node", "import"] },
});
await bundle.write({ file: process.argv[2] ?? "dist/authorizer.mjs", minify: true });
await bundle.close();
