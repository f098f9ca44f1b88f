import type { Digest } from "../ports/digest.ts";
import type { ReadConnection } from "./read-connection.ts";
import { connectionKey } from "./sso-options.ts";

/** What tells that a secret is another one than before. Nothing can be read out of it. */
export function secretMarkOf({ connection, provider }: ReadConnection, digest: Digest): string | undefined {
  if (provider.secret === undefined) return undefined;
  return digest.sha256(`secret of ${connectionKey(connection)}: ${provider.secret.reveal()}`).slice(0, 32);
}
