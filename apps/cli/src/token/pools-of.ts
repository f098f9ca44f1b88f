import { regionOfUserPoolId } from "@cognito-to-descope/cognito";
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
