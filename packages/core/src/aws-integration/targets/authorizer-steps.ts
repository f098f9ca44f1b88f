import { AUTHORIZER_FILE, authorizerFiles } from "../dual-authorizer.ts";
import type { EmitOptions } from "../emit-options.ts";
import type { Step } from "../integration.ts";

/** How the function gets to where the document expects it. */
export function uploadSteps(options: EmitOptions): readonly Step[] {
  const { region, name = "descope" } = options;
  const files = [AUTHORIZER_FILE, ...authorizerFiles(options).map((file) => file.name)].join(" ");
  return [
    {
      text: "Put the bundle into an archive, and the archive into a bucket of the region. Its key must be a new one for each new bundle: what changes under the same key is not noticed.",
      commands: [
        `zip authorizer.zip ${files}`,
        `aws s3 cp authorizer.zip s3://BUCKET/${name}-authorizer-$(cat ${files} | sha256sum | cut -c1-12).zip --region ${region}`,
      ],
    },
    {
      text: "Deploy the document, with the bucket and the key as parameters. Nothing changes for callers yet.",
    },
  ];
}

/** How the last Cognito token is noticed. */
export function endOfCognito({ region, name = "descope" }: EmitOptions): Step {
  return {
    text: "Look in the log of the function for Cognito tokens that were accepted. It writes a line for each token that it was asked about, without saying whose it is; what the service answers from its cache has none.",
    commands: [
      `aws logs filter-log-events --region ${region} --log-group-name /aws/lambda/${name}-authorizer --filter-pattern '{ $.provider = "cognito" && $.outcome = "accepted" }' --start-time $(($(date +%s) - 86400))000 --max-items 1`,
    ],
  };
}

/**
 * How long a decision outlives the token, in words.
 *
 * @param outlived - What the answer outlives: AppSync is told when a token expires, API Gateway is not.
 */
export function cacheDoubt(cacheSeconds: number, outlived = "expires or is withdrawn"): string {
  return cacheSeconds === 0
    ? "Nothing is kept: each request calls the function."
    : `An answer is kept for ${cacheSeconds} seconds: a token that ${outlived} is accepted that much longer.`;
}

/** Where the two kinds of token name a user differently. */
export function subjectDoubts({ subject = "cognito" }: EmitOptions): readonly string[] {
  return [
    subject === "cognito"
      ? "The subject is the Cognito `sub`. Descope's tokens tell it in the claim `cognitoSub` of the JWT template; users without one are known by their Descope ID."
      : "The subject is Descope's user ID. Cognito tokens do not tell it: until a user has changed over, the subject is the Cognito `sub`, and the context says by `provider` which of them it is.",
  ];
}

/** What back ends get, whichever token came. */
export const AUTHORIZER_CONTEXT =
  "The context is the same for both kinds of token. It is flat, because the service takes no lists and objects: those are JSON in a text.";
