import { actionStep, type Step } from "../draft.ts";

/** Claims that Cognito, as the relying party, maps its attributes from. */
const CLAIMS = [
  { key: "email", type: "context", value: "user.email" },
  { key: "email_verified", type: "context", value: "user.verifiedEmail" },
] as const;

/** Puts email address and its verification into the session token. */
export function claimsStep(key: string, to: string): Step {
  return actionStep(key, "Email into the token", "custom-claims", [["success", to]], {
    args: { customClaims: CLAIMS },
  });
}
