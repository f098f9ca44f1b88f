/** The services that are looked through. */
export const SERVICES = [
  "api-gateway-rest",
  "api-gateway-http",
  "appsync",
  "load-balancer",
  "identity-pool",
  "iam",
] as const;

/** One of `SERVICES`. */
export type Service = (typeof SERVICES)[number];

/** Something that trusts the pool, or may. */
export interface PoolUse {
  readonly service: Service;
  /**
   * `trusts`: its settings name the pool. `look`: what it trusts is decided elsewhere, such as in a function's code, and
   * somebody has to look.
   */
  readonly certainty: "trusts" | "look";
  readonly userPoolId: string;
  /** What it is: `COGNITO_USER_POOLS authorizer`. */
  readonly kind: string;
  /** ID or ARN. */
  readonly id: string;
  /** Its name and that of what it belongs to, as the operator knows them. */
  readonly name: string;
  /** Methods, routes, rules or providers in which it is used. */
  readonly usedIn: readonly string[];
  /** What has to change. */
  readonly change: string;
  /** Targets of `c2d aws emit` that make the change. */
  readonly targets: readonly string[];
  /** Options of `c2d aws emit` that are known from the settings. */
  readonly options: Readonly<Record<string, string>>;
}

/** A service that could not be read, or not in full. */
export interface ServiceRemark {
  readonly service: Service;
  /** Why, without the vendor's text. */
  readonly message: string;
  /** Permission that is missing, when it is that. */
  readonly action?: string;
}

/** What trusts the pools of a region. */
export interface Inventory {
  readonly uses: readonly PoolUse[];
  /** Services that were read to the end. */
  readonly complete: readonly Service[];
  readonly remarks: readonly ServiceRemark[];
}
