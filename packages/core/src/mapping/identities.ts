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

/** In the order of the attribute. */
const MEMBERS: readonly string[] = ["userId", "providerName", "providerType", "issuer", "primary", "dateCreated"];

/**
 * The `identities` attribute in one form, wherever it comes from: an ID token gives the members in another order, and
 * `primary` and `dateCreated` as text. What cannot be read stays as it is.
 */
export function writtenIdentities(value: string): string {
  if (parseIdentities(value) === undefined) return value;
  const parsed: unknown = JSON.parse(value);
  const entries = (Array.isArray(parsed) ? parsed : [parsed]) as readonly Readonly<Record<string, unknown>>[];
  return JSON.stringify(entries.map(inOneForm));
}

function inOneForm(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const others = Object.keys(entry)
    .filter((name) => !MEMBERS.includes(name))
    .sort();
  const names = [...MEMBERS.filter((name) => Object.hasOwn(entry, name)), ...others];
  return Object.fromEntries(names.map((name) => [name, asInAttribute(name, entry[name])]));
}

function asInAttribute(name: string, value: unknown): unknown {
  if (name === "primary" && (value === "true" || value === "false")) return value === "true";
  if (name === "dateCreated" && typeof value === "string" && /^\d{1,15}$/.test(value)) return Number(value);
  return value;
}
