/** One external identity of a user. */
export interface ExternalIdentity {
  /** The provider's own id of the user; never cut it out of the username, which may be lower-cased. */
  readonly userId: string;
  readonly providerName: string;
  /** `SAML`, `OIDC`, `Google`, … */
  readonly providerType: string;
  /** The user was born from this provider. */
  readonly primary: boolean;
}

/**
 * Reads the `identities` attribute; undefined when it cannot be read.
 *
 * It is a JSON array in a string. `primary` is a boolean in the attribute and text in tokens.
 */
export function parseIdentities(value: string): readonly ExternalIdentity[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return undefined;
  }
  const entries: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  const identities: ExternalIdentity[] = [];
  for (const entry of entries) {
    if (typeof entry !== "object" || entry === null) return undefined;
    const { userId, providerName, providerType, primary } = entry as Record<string, unknown>;
    if (typeof providerName !== "string" || (typeof userId !== "string" && typeof userId !== "number")) {
      return undefined;
    }
    identities.push({
      userId: String(userId),
      providerName,
      providerType: typeof providerType === "string" ? providerType : "",
      primary: primary === true || primary === "true",
    });
  }
  return identities;
}
