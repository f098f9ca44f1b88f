import { join } from "node:path";
import { rolldown } from "rolldown";
import { root } from "./workspaces.ts";

/** Where a bridge can run. */
export type BridgePlatform = "worker" | "lambda" | "server";

/** Makes one file of a bridge and of all that it uses, from the sources. */
export async function bundleBridge(platform: BridgePlatform): Promise<string> {
  const bundle = await rolldown({
    input: join(root, `apps/cli/src/bridge/${platform}.ts`),
    platform: platform === "worker" ? "browser" : "node",
    // A Worker has no modules of Node: what needs one must not get in.
    external: platform === "worker" ? [] : /^node:/,
    treeshake: { moduleSideEffects: false },
    resolve: { conditionNames: ["@cognito-to-descope/source", ...(platform === "worker" ? [] : ["node"]), "import"] },
    onLog: (level, log, next) => {
      if (log.code === "UNRESOLVED_IMPORT")
        throw new Error(`the ${platform} cannot have ${log.exporter ?? "a module"}`);
      next(level, log);
    },
  });
  try {
    const { output } = await bundle.generate({ format: "esm", minify: true });
    const [file, ...others] = output;
    if (others.length > 0) throw new Error("the bridge must be one file");
    return file.code;
  } finally {
    await bundle.close();
  }
}
