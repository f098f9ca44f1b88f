import type { AppClient, IdentityProvider } from "../pool/pool-snapshot.ts";
import type { Secret } from "../secret.ts";

/** A domain of the customer's own, with what stands behind it. */
export interface CustomDomain {
  readonly host: string;
  /** Where the customer's DNS points today: `d111111abcdef8.cloudfront.net`. Empty when Cognito did not say. */
  readonly cloudFrontDistribution: string;
  /** ACM certificate of the domain, in us-east-1. Empty when Cognito did not say. */
  readonly certificateArn: string;
  /** `ACTIVE`, `CREATING`, `FAILED`, …; empty when Cognito did not say. */
  readonly status: string;
}

/** An identity provider with the secret that Cognito keeps of it. */
export interface ConnectionProvider extends IdentityProvider {
  /** The OIDC or social client's secret. Absent for SAML, and where Cognito does not give it (Apple's private key). */
  readonly secret?: Secret | undefined;
}

/** Everything of a user pool that moving its connections depends on, read at one time. */
export interface PoolConnections {
  readonly userPoolId: string;
  readonly region: string;
  readonly customDomain?: CustomDomain;
  /** Host of the domain that AWS owns: `<prefix>.auth.<region>.amazoncognito.com`. */
  readonly prefixHost?: string;
  readonly appClients: readonly AppClient[];
  readonly providers: readonly ConnectionProvider[];
}

/** The host that identity providers know the pool by; undefined while the pool has no domain. */
export function knownHost(pool: Pick<PoolConnections, "customDomain" | "prefixHost">): string | undefined {
  return pool.customDomain?.host ?? pool.prefixHost;
}
