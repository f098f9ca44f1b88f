import { readFile } from "node:fs/promises";

/** Where a bridge can run. */
export type BridgePlatform = "worker" | "lambda" | "server";

/** The code of a bridge, in one file that needs nothing else. The build makes it; sources are bundled now. */
export async function readBridgeBundle(platform: BridgePlatform): Promise<string> {
  if (!import.meta.url.endsWith(".ts")) {
    return await readFile(new URL(`../bridge/${platform}.mjs`, import.meta.url), "utf8");
  }
  // In a checkout there is a bundler. Where the CLI is installed there is none, so the compiler must not follow this.
  const script = new URL("../../../../scripts/bundle-bridge.ts", import.meta.url).href;
  const { bundleBridge } = (await import(script)) as {
    readonly bundleBridge: (platform: BridgePlatform) => Promise<string>;
  };
  return await bundleBridge(platform);
}
