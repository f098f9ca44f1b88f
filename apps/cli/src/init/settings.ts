import type { WrittenConfig } from "../config/written-config.ts";

/** What `init` is told by options or answers. */
export interface InitSettings {
  readonly userPoolId?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly tenant?: string | undefined;
  readonly projectId?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/** The config that says these settings and nothing else. */
export function toConfig(settings: InitSettings): WrittenConfig {
  const { userPoolId, region, profile, roleArn, endpoint, tenant, projectId, baseUrl } = settings;
  const source = given({ userPoolId, region, profile, roleArn, endpoint, tenant });
  const target = given({ projectId, baseUrl });
  return { ...(source === undefined ? {} : { source }), ...(target === undefined ? {} : { target }) };
}

function given<T extends object>(part: T): T | undefined {
  const entries = Object.entries(part).filter(([, value]) => value !== undefined && value !== "");
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as T);
}
