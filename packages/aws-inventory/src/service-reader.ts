import type { IssuingPool } from "@cognito-to-descope/core";
import type { ClientConfig } from "./aws-access.ts";
import type { PoolReference } from "./pool-reference.ts";
import type { PoolUse } from "./pool-use.ts";

/** A pool with the way to recognise it. */
export interface SoughtPool extends IssuingPool {
  readonly isNamedBy: PoolReference;
}

/** What a service is looked through with. */
export interface Search {
  readonly config: ClientConfig;
  readonly pools: readonly SoughtPool[];
  readonly signal: AbortSignal;
  /** Takes what was found, at once: what was found before a failure counts. */
  readonly found: (use: PoolUse) => void;
}

/** Looks a service through for what trusts the pools. Throws what the AWS SDK throws. */
export type ServiceReader = (search: Search) => Promise<void>;

/** The pools that at least one of the settings names. */
export function namedBy(
  pools: readonly SoughtPool[],
  ...settings: readonly (string | undefined)[]
): readonly SoughtPool[] {
  return pools.filter(({ isNamedBy }) => settings.some(isNamedBy));
}

/** A name for people: the name, or the ID of what has none. */
export function nameOr(id: string, name: string | undefined): string {
  return name === undefined || name === "" ? id : name;
}

/** Follows a listing to its end. A token that was given before ends it too: an answer that leads back leads nowhere. */
export async function* follow<Page>(
  fetchPage: (token: string | undefined) => Promise<Page>,
  tokenOf: (page: Page) => string | undefined,
): AsyncGenerator<Page> {
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await fetchPage(token);
    yield page;
    token = tokenOf(page) || undefined;
    if (token !== undefined && seen.has(token)) return;
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
}
