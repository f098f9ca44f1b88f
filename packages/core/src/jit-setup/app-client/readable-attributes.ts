import type { PoolSignIn } from "../../pool/pool-sign-in.ts";

/** In ID tokens whatever a client may read; whether they may be named among `ReadAttributes` is not documented. */
const ALWAYS_TOLD: ReadonlySet<string> = new Set(["sub", "identities"]);

/** Every attribute of the pool that a client can be allowed to read: not those of developers. */
export function readableAttributes({ schema }: Pick<PoolSignIn, "schema">): readonly string[] {
  const names = schema.map(({ name }) => name).filter((name) => !ALWAYS_TOLD.has(name) && !name.startsWith("dev:"));
  return [...new Set(names)].toSorted();
}

/** What a client may read by its settings. Without `ReadAttributes` that is every standard attribute and no custom one. */
export function attributesReadBy(
  settings: Readonly<Record<string, unknown>>,
  pool: Pick<PoolSignIn, "schema">,
): readonly string[] {
  const given = settings["ReadAttributes"];
  if (Array.isArray(given) && given.length > 0) return given.filter((name): name is string => typeof name === "string");
  return readableAttributes(pool).filter((name) => !name.startsWith("custom:"));
}
