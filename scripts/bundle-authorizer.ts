import { join } from "node:path";
import { rolldown } from "rolldown";
import { root } from "./workspaces.ts";

/** Makes one file of the Lambda authorizer and of all that it uses, from the sources. */
export async function bundleAuthorizer(): Promise<string> {
  const bundle = await rolldown({
    input: join(root, "apps/cli/src/authorizer/handlers.ts"),
    platform: "node",
    external: /^node:/,
    // Of the core it uses two names; no module of ours does anything when it is loaded.
    treeshake: { moduleSideEffects: false },
    resolve: { conditionNames: ["@cognito-to-descope/source", "node", "import"] },
  });
  try {
    const { output } = await bundle.generate({ format: "esm", minify: true });
    const [file, ...others] = output;
    if (others.length > 0) throw new Error("the authorizer must be one file");
    return file.code;
  } finally {
    await bundle.close();
  }
}
