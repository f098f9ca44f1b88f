const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The identifiers of a provider that have the form of a domain, lower-cased and each once: only those route by email
 * address in Cognito. Others are names that an application uses, and would claim users of nobody's domain.
 */
export function domainsOf(identifiers: readonly string[]): readonly string[] {
  const domains = identifiers.map((identifier) => identifier.toLowerCase()).filter((one) => DOMAIN.test(one));
  return [...new Set(domains)].sort();
}

/** What several connections claim at the same time, with the labels of those that do. */
export function claimedTwice<Claimant>(
  claimants: readonly Claimant[],
  claimsOf: (claimant: Claimant) => readonly string[],
): ReadonlyMap<string, readonly Claimant[]> {
  const claims = new Map<string, Claimant[]>();
  for (const claimant of claimants) {
    for (const claim of claimsOf(claimant)) {
      const others = claims.get(claim);
      if (others === undefined) claims.set(claim, [claimant]);
      else others.push(claimant);
    }
  }
  return new Map([...claims].filter(([, of]) => of.length > 1));
}
