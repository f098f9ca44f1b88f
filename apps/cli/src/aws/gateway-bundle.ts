import { readdir, readFile } from "node:fs/promises";

/** A file of a bundle. */
export interface BundleFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The code of the gateway as a Lambda function, in a few files that need nothing else: what an instance may do without is in
 * files of its own. The build makes them; sources are bundled now.
 */
export async function readGatewayBundle(): Promise<readonly BundleFile[]> {
  if (!import.meta.url.endsWith(".ts")) {
    const folder = new URL("../gateway-function/bundle/", import.meta.url);
    const names = (await readdir(folder)).toSorted();
    return Promise.all(names.map(async (name) => ({ name, text: await readFile(new URL(name, folder), "utf8") })));
  }
  // In a checkout there is a bundler. Where the CLI is installed there is none, so the compiler must not follow this.
  const script = new URL("../../../../scripts/bundle-gateway.ts", import.meta.url).href;
  const { bundleGateway } = (await import(script)) as { readonly bundleGateway: () => Promise<readonly BundleFile[]> };
  return await bundleGateway();
}
