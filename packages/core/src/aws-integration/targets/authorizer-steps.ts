import type { EmitOptions } from "../emit-options.ts";
import type { Step } from "../integration.ts";

/** How the function gets to where the document expects it. */
export function uploadSteps({ region, name = "descope" }: EmitOptions): readonly Step[] {
  return [
    {
      text: "Put the bundle into an archive, and the archive into a bucket of the region. Its key must be a new one for each new bundle: what changes under the same key is not noticed.",
      commands: [
        "zip authorizer.zip index.mjs",
        `aws s3 cp authorizer.zip s3://BUCKET/${name}-authorizer-$(sha256sum index.mjs | cut -c1-12).zip --region ${region}`,
      ],
    },
    {
      text: "Deploy the document, with the bucket and the key as parameters. Nothing changes for callers yet.",
    },
  ];
}

/** How long a decision outlives the token, in words. */
export function cacheDoubt(cacheSeconds: number): string {
  return cacheSeconds === 0
    ? "Nothing is kept: each request calls the function."
    : `An answer is kept for ${cacheSeconds} seconds: a token that expires or is withdrawn is accepted that much longer.`;
}

/** What back ends get, whichever token came. */
export const AUTHORIZER_CONTEXT =
  "The context is the same for both kinds of token. It is flat, because the service takes no lists and objects: those are JSON in a text.";
