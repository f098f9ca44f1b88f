import { readFile } from "node:fs/promises";

/** The code of the dual Lambda authorizer, in one file that needs nothing else. The build makes it; sources are bundled now. */
export async function readAuthorizerBundle(): Promise<string> {
  if (!import.meta.url.endsWith(".ts"))
    return await readFile(new URL("../authorizer/index.mjs", import.meta.url), "utf8");
  // In a checkout there is a bundler. Where the CLI is installed there is none, so the compiler must not follow this.
  const script = new URL("../../../../scripts/bundle-authorizer.ts", import.meta.url).href;
  const { bundleAuthorizer } = (await import(script)) as { readonly bundleAuthorizer: () => Promise<string> };
  return await bundleAuthorizer();
}
