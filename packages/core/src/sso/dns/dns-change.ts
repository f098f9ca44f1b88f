/** Who keeps the zone of the host. */
export type DnsProvider = "route53" | "cloudflare" | "zone-file";

/** All providers. */
export const DNS_PROVIDERS: readonly DnsProvider[] = ["route53", "cloudflare", "zone-file"];

/** The move of a host from Cognito's distribution to the bridge, and back. */
export interface DnsChange {
  /** The custom domain: `auth.example.com`. */
  readonly host: string;
  /** Where its record points today: `d111111abcdef8.cloudfront.net`. */
  readonly distribution: string;
  /** Where the bridge is: a host name. */
  readonly target: string;
  /** How the record points today: an alias of Route 53, or a CNAME. */
  readonly record: "alias" | "cname";
  /** Seconds that the record is kept today; of an alias it cannot be chosen. @defaultValue 300 */
  readonly ttlSeconds: number;
  /** Route 53: ID of the hosted zone. Cloudflare: ID of the zone. Left for the operator to fill in when it is not known. */
  readonly zoneId?: string | undefined;
}

/** A file of the change, or its runbook. */
export interface DnsFile {
  readonly name: string;
  readonly text: string;
}

/** Seconds that the record is kept while the move lasts: how long the way back takes to reach everybody. */
export const MOVE_TTL_SECONDS = 60;

/** Zone of all CloudFront distributions, as Route 53 wants it for an alias. Source: AWS, `AliasTarget` of Route 53. */
export const CLOUDFRONT_ZONE_ID = "Z2FDTNDATAQYW2";

const HOST = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

/** Why names cannot stand in a zone; undefined when they can. */
export function dnsChangeProblem({ host, distribution, target }: DnsChange): string | undefined {
  if (!HOST.test(host)) return "the host must be a host name in lower case";
  if (!HOST.test(distribution)) return "Cognito's distribution must be a host name in lower case";
  if (!HOST.test(target) || /^[\d.]+$/.test(target)) {
    return "the target must be a host name in lower case, and no address: a CNAME points to names";
  }
  if (target === host) return "the target must not be the host itself";
  if (target.endsWith(".cloudfront.net")) {
    return "the target must not be a CloudFront distribution: while Cognito's one has the host as its alias, no other can";
  }
  return undefined;
}
