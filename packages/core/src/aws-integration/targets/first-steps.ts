import type { EmitOptions } from "../emit-options.ts";
import type { Step } from "../integration.ts";

/** What comes before any change in AWS. */
export function firstSteps(target: string, { issuer }: EmitOptions): readonly Step[] {
  return [
    {
      text: "Make the JWT template in Descope, and select it as the user template in the project's settings. Until then tokens have neither an audience nor an issuer that AWS takes.",
      commands: ["c2d jwt-template apply"],
    },
    {
      text: `Sign a test user in, and check its session token. Its \`iss\` must be \`${issuer}\` to the character.`,
      commands: [`c2d aws check --target ${target} --token-file -`],
    },
    {
      text: "List what trusts the user pool today, so that nothing is forgotten.",
      commands: ["c2d aws inventory"],
    },
  ];
}

/** What comes after everything has changed over. */
export const lastSteps: readonly Step[] = [
  {
    text: "Wait until no Cognito token has come for longer than the longest life of one (an access or ID token lives up to 24 hours, a refresh token up to ten years as configured), then take Cognito out.",
  },
];
