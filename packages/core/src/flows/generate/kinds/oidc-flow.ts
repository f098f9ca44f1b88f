import { IDENTIFIERS } from "../components.ts";
import type { Draft } from "../draft.ts";
import { PLACE } from "../keys.ts";
import type { OidcFlowOptions, Resolved } from "../options.ts";
import { choosePassword, markMigrated, oauthRoundTrip } from "../parts.ts";
import { whoStep } from "./who.ts";

/** The steps of (e): whoever has no credential in Descope signs in at Cognito's own pages, MFA included, once. */
export function oidcDraft(options: Resolved<OidcFlowOptions>): Draft {
  const { identifier, provider = "cognito", afterwards = "magic-link" } = options;
  const { input } = IDENTIFIERS[identifier];
  return {
    first: "who",
    steps: [
      whoStep({ unknown: "toCognito", fresh: "toCognito" }),
      oauthRoundTrip(
        "toCognito",
        "Sign in at Cognito",
        { provider, loginHint: `{{form.${input}}}` },
        afterwards === "password" ? "choosePassword" : "markReturned",
      ),
      markMigrated(PLACE.end, "markReturned"),
      ...choosePassword(),
    ],
  };
}
