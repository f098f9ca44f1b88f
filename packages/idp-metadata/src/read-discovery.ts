import type { DiscoveryReading } from "@cognito-to-descope/core";

/** Reads an OIDC discovery document, which must be of the issuer that it was fetched for (OpenID Connect Discovery 1.0, 4.3). */
export function readDiscovery(text: string, issuer: string): DiscoveryReading {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { problem: "it is no JSON" };
  }
  if (typeof document !== "object" || document === null) return { problem: "it is no JSON object" };
  const fields = document as Readonly<Record<string, unknown>>;
  const address = (name: string): string => {
    const value = fields[name];
    return typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? value : "";
  };
  const said = fields["issuer"];
  // Cognito keeps issuers without a slash at their end.
  if (typeof said !== "string" || withoutSlash(said) !== withoutSlash(issuer))
    return { problem: "it is of another issuer" };
  const endpoints = {
    issuer: said,
    authorizeUrl: address("authorization_endpoint"),
    tokenUrl: address("token_endpoint"),
    userInfoUrl: address("userinfo_endpoint"),
    jwksUrl: address("jwks_uri"),
  };
  return endpoints.authorizeUrl === "" || endpoints.tokenUrl === ""
    ? { problem: "it names no authorization or token endpoint" }
    : { endpoints };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
