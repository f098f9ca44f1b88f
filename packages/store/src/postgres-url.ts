const SCHEME = /^postgres(?:ql)?:\/\//i;

/** Parameters of the URL that hold a secret. */
const SECRET_PARAMETER = /password|passphrase/i;

/** Whether a location of a state store is a PostgreSQL database, and not a file. */
export function isPostgresUrl(location: string): boolean {
  return SCHEME.test(location);
}

/**
 * The URL of a PostgreSQL database as it may be shown: user, host, port and database, and nothing else.
 *
 * Of one that cannot be read, only that it is one: nobody knows where in it the password is.
 */
export function withoutPassword(url: string): string {
  const parsed = parse(url);
  if (parsed === undefined) return "postgres://…";
  const user = parsed.username === "" ? "" : `${parsed.username}@`;
  return `postgres://${user}${parsed.host}${parsed.pathname}`;
}

/** Whether the URL of a PostgreSQL database holds a password, or may: it cannot be read. */
export function holdsPassword(url: string): boolean {
  const parsed = parse(url);
  if (parsed === undefined) return true;
  return parsed.password !== "" || [...parsed.searchParams.keys()].some((name) => SECRET_PARAMETER.test(name));
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
