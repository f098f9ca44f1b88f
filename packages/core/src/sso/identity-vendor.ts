import type { Connection } from "./connection.ts";

/** Makers of identity providers whose administrators get a text of their own. */
export type IdentityVendor =
  | "okta"
  | "entra-id"
  | "google-workspace"
  | "adfs"
  | "ping"
  | "onelogin"
  | "jumpcloud"
  | "other";

/** Marks in addresses and entity IDs. The vendors' own documentation gives these forms; custom domains hide them. */
const MARKS: readonly (readonly [RegExp, IdentityVendor])[] = [
  [/\bokta(?:preview|-emea)?\.com\b/i, "okta"],
  [/\bsts\.windows\.net\b|\blogin\.microsoftonline\.(?:com|us)\b|\blogin\.partner\.microsoftonline\.cn\b/i, "entra-id"],
  [/\baccounts\.google\.com\b/i, "google-workspace"],
  [/\/adfs\/(?:services\/trust|ls|oauth2)\b|\/FederationMetadata\/2007-06\//i, "adfs"],
  [/\bping(?:one|identity)\.(?:com|eu|ca|asia)\b|\bpingone\./i, "ping"],
  [/\bonelogin\.com\b/i, "onelogin"],
  [/\bjumpcloud\.com\b/i, "jumpcloud"],
];

/** Whose product stands behind a connection, by its entity IDs and addresses; `other` when they do not tell. */
export function identityVendorOf(
  connection: Pick<Connection, "idpEntityIds" | "upstream">,
  addresses: readonly string[] = [],
): IdentityVendor {
  const { idpEntityIds, upstream } = connection;
  const marks = [...idpEntityIds, upstream?.issuer ?? "", upstream?.authorizeUrl ?? "", ...addresses];
  return MARKS.find(([mark]) => marks.some((text) => mark.test(text)))?.[1] ?? "other";
}
