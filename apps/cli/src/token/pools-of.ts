import { regionOfUserPoolId } from "@cognito-to-descope/cognito/authenticate";
import { userPoolIssuer } from "@cognito-to-descope/core";
import type { Config } from "../config/config.ts";

/** A pool of the config, as far as its tokens go. */
export interface ConfigPool {
  readonly userPoolId: string;
  readonly region: string;
  readonly endpoint: string | undefined;
}

/** The pools of the config. Emulators take any region, so one without is in the first. */
export function poolsOf({ sources }: Config): readonly ConfigPool[] {
  return sources.map(({ userPoolId, region, endpoint }) => ({
    userPoolId,
    region: region ?? regionOfUserPoolId(userPoolId) ?? "us-east-1",
    endpoint,
  }));
}

/** Where the keys and the issuer of an emulator are. */
export function emulated(pool: ConfigPool): { readonly issuers?: readonly string[]; readonly jwksUri?: string } {
  const { endpoint, userPoolId } = pool;
  if (endpoint === undefined) return {};
  const own = `${endpoint.replace(/\/$/, "")}/${userPoolId}`;
  return {
    issuers: [userPoolIssuer(pool, "original"), userPoolIssuer(pool, "updated"), own],
    jwksUri: `${own}/.well-known/jwks.json`,
  };
}
