import { createHash } from "node:crypto";

/** What every user of the bench types. */
export const BENCH_PASSWORD = "Right-Passw0rd";

/** What a connector shows to the gateway. */
export const BENCH_TOKEN = "a token of at least thirty-two characters";

/** What `jit-services.ts` prints when it is ready. */
export interface JitServices {
  readonly cognito: string;
  readonly descope: string;
  /** The Cognito that signs nothing. */
  readonly replay: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly projectId: string;
  readonly managementKey: string;
}

/** A user of the bench, by its number. */
export function userOf(index: number): { readonly username: string; readonly sub: string; readonly email: string } {
  const hex = createHash("sha256").update(`sub ${index}`).digest("hex");
  const sub = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return { username: `user-${index}`, sub, email: `user-${index}@example.com` };
}
