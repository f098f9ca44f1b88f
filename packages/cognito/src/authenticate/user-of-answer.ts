import type { PoolUser } from "@cognito-to-descope/core";

/** A user as `GetUser` and `AdminGetUser` give it. */
interface WireUser {
  readonly Username?: unknown;
  readonly UserAttributes?: unknown;
  readonly Enabled?: unknown;
  readonly UserStatus?: unknown;
  readonly UserCreateDate?: unknown;
  readonly UserLastModifiedDate?: unknown;
}

/** Name and value of an attribute on the wire. */
interface WireAttribute {
  readonly Name?: unknown;
  readonly Value?: unknown;
}

/** Attributes by name, `sub` apart. */
export function attributesOfAnswer(body: unknown): {
  readonly sub: string;
  readonly attributes: PoolUser["attributes"];
} {
  const { UserAttributes: listed } = body as WireUser;
  const entries: [string, string][] = [];
  let sub = "";
  for (const { Name: name, Value: value } of (Array.isArray(listed) ? listed : []) as readonly WireAttribute[]) {
    if (typeof name !== "string" || typeof value !== "string") continue;
    if (name === "sub") sub = value;
    else entries.push([name, value]);
  }
  return { sub, attributes: Object.fromEntries(entries) };
}

/** The user of an answer of `AdminGetUser`; undefined when it names none. */
export function userOfAnswer(body: unknown): PoolUser | undefined {
  const { Username: username, Enabled, UserStatus, UserCreateDate, UserLastModifiedDate } = body as WireUser;
  const { sub, attributes } = attributesOfAnswer(body);
  if (typeof username !== "string" || username === "") return undefined;
  return {
    // Emulators may give no `sub`: the username stands in for it.
    sub: sub === "" ? username : sub,
    username,
    attributes,
    enabled: Enabled !== false,
    status: typeof UserStatus === "string" ? UserStatus : "UNKNOWN",
    createdAt: epochMs(UserCreateDate),
    modifiedAt: epochMs(UserLastModifiedDate),
  };
}

/** Seconds with a fraction on the wire. */
function epochMs(seconds: unknown): number {
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : 0;
}
