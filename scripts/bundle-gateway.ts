import { join } from "node:path";
import { type Plugin, rolldown } from "rolldown";
import { root } from "./workspaces.ts";

/**
 * Descope's SDK brings a `fetch` for old versions of Node, with half a megabyte of tables for host names. It is given another one,
 * and never calls its own.
 */
const ownFetch: Plugin = {
  name: "own-fetch",
  resolveId: (id) => (id === "cross-fetch" ? "\0own-fetch" : null),
  load: (id) =>
    id === "\0own-fetch"
      ? "export const { fetch, Headers, Request, Response } = globalThis; export default globalThis.fetch;"
      : null,
};

/** Bundles the gateway's Lambda function with all that it uses, from the sources. The first file has the handler. */
export async function bundleGateway(): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const bundle = await rolldown({
    input: { index: join(root, "apps/cli/src/gateway-function/handler.ts") },
    platform: "node",
    // The PostgreSQL client looks for the other two, and does without.
    external: [/^node:/, "pg-native", "pg-cloudflare"],
    plugins: [ownFetch],
    // "import" is understood where something is imported. Listed here, it would hold for `require` too, and give the PostgreSQL client
    // the wrong half of its pool.
    resolve: { conditionNames: ["@cognito-to-descope/source", "node"] },
  });
  try {
    const { output } = await bundle.generate({
      format: "esm",
      minify: true,
      entryFileNames: "[name].mjs",
      chunkFileNames: "[name]-[hash].mjs",
    });
    return output.map((file) => {
      if (file.type !== "chunk") throw new Error(`the bundle has a file that is no code: ${file.fileName}`);
      return { name: file.fileName, text: file.code };
    });
  } finally {
    await bundle.close();
  }
}
