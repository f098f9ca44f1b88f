import type { RequestQuotas } from "./request-quotas.ts";

/** Which quotas a pool draws on. */
export interface QuotaScope {
  readonly region: string;
  /** Twelve digits; left out where nothing says it yet. */
  readonly accountId?: string | undefined;
}

/**
 * The quotas of every AWS account and region that pools are read from: one budget for each, by whatever credentials the
 * account is reached.
 *
 * An account is known from the ARN of the role that is assumed, or from the ARN that DescribeUserPool answers. Pools
 * whose account is not known share one budget of their region, because they may be of one account.
 */
export interface AccountQuotas {
  /** The quotas of one pool. Its account may be told later. */
  forPool(scope: QuotaScope): RequestQuotas;
}

/**
 * Starts with no budget.
 *
 * @param createQuotas - Makes the budget of one account and region; `scope` is a stable name for it, such as
 * `us-east-1 123456789012`, or `us-east-1` for the pools of a region whose account is not known.
 */
export function createAccountQuotas(createQuotas: (scope: string) => RequestQuotas): AccountQuotas {
  const budgets = new Map<string, RequestQuotas>();
  const budgetOf = (scope: string): RequestQuotas => {
    let budget = budgets.get(scope);
    if (budget === undefined) budgets.set(scope, (budget = createQuotas(scope)));
    return budget;
  };
  /** Regions with a pool whose account is told by the first answer only. */
  const learning = new Set<string>();

  return {
    forPool({ region, accountId }) {
      if (accountId === undefined) learning.add(region);
      let account = accountId;
      return {
        acquire(operation, userPoolId, signal) {
          // The first request of a pool, by which its account is learnt. It may be that of any other pool of the region,
          // so all wait in one line; it is one request for each pool.
          const isFirst = operation === "DescribeUserPool" && learning.has(region);
          const scope = isFirst || account === undefined ? region : `${region} ${account}`;
          return budgetOf(scope).acquire(operation, userPoolId, signal);
        },
        learnAccount(told) {
          account = told;
        },
      };
    },
  };
}

/** The account in an ARN; undefined for what is no ARN or has none, as those of emulators. */
export function accountOfArn(arn: string | undefined): string | undefined {
  return /^arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}):/.exec(arn ?? "")?.[1];
}
