import { foldLoginId } from "../mapping/fold-login-id.ts";
import type { PoolQuota } from "./quota-line.ts";
import type { MigratedUserMarker, PasswordAuthenticator, PoolUserReader } from "./sign-in-answer.ts";

/** One pool at which passwords are checked. */
export interface SignInPool {
  readonly userPoolId: string;
  readonly authenticator: PasswordAuthenticator;
  /**
   * Reads the user before its password is tried: temporary passwords are then left alone, and whoever has a second factor can
   * be provisioned. Left out where the gateway has no IAM rights.
   */
  readonly reader?: PoolUserReader | undefined;
  /** Called once a user has moved. Left out where nothing is to be noted. */
  readonly marker?: MigratedUserMarker | undefined;
  /** What the account and region of the pool allow. Pools of one account and region share them. */
  readonly quotas: {
    /** UserAuthentication. */
    readonly authenticate: PoolQuota;
    /** UserRead; needed with a reader. */
    readonly readUser?: PoolQuota | undefined;
    /** UserResourceRead; needed with a reader. */
    readonly readGroups?: PoolQuota | undefined;
    /** UserUpdate; needed with a marker. */
    readonly mark?: PoolQuota | undefined;
  };
  /** Whether names that differ by case are different users in this pool. */
  readonly caseSensitive: boolean;
  /** Domains whose e-mail addresses are looked for in this pool and in no other that does not name them. */
  readonly domains?: readonly string[] | undefined;
}

/** A pool with the names to try there, in order. */
export interface PoolCandidate {
  readonly pool: SignInPool;
  readonly usernames: readonly string[];
}

/**
 * The pools that may know a name, in the order in which they are asked.
 *
 * An address goes to the pools that name its domain; when none does, to those that name no domain. Names that are no addresses
 * go to every pool.
 *
 * @param userPoolId - The one pool to ask, when whoever asks knows.
 */
export function candidatesFor(
  pools: readonly SignInPool[],
  name: string,
  userPoolId?: string,
): readonly PoolCandidate[] {
  const asked = userPoolId === undefined ? routed(pools, name) : pools.filter((pool) => pool.userPoolId === userPoolId);
  return asked.map((pool) => ({ pool, usernames: usernamesFor(pool, name) }));
}

function routed(pools: readonly SignInPool[], name: string): readonly SignInPool[] {
  const at = name.lastIndexOf("@");
  if (at < 1) return pools;
  const domain = foldLoginId(name.slice(at + 1));
  const named = pools.filter((pool) => pool.domains?.some((one) => foldLoginId(one) === domain) === true);
  return named.length > 0 ? named : pools.filter((pool) => pool.domains === undefined);
}

/**
 * Where case counts, an address that was typed with capitals is another user's name than the same in small letters: the second
 * try counts against nobody for whom the first did.
 */
function usernamesFor(pool: SignInPool, name: string): readonly string[] {
  const small = name.toLowerCase();
  return pool.caseSensitive && name.includes("@") && small !== name ? [name, small] : [name];
}
