import type { IssuingPool } from "@cognito-to-descope/core";
import { type AwsAccess, clientConfig } from "./aws-access.ts";
import { poolReference } from "./pool-reference.ts";
import { type Inventory, type PoolUse, type Service, SERVICES, type ServiceRemark } from "./pool-use.ts";
import { readAppsync } from "./read-appsync.ts";
import { readHttpApis } from "./read-http-apis.ts";
import { readIamProviders } from "./read-iam-providers.ts";
import { readIdentityPools } from "./read-identity-pools.ts";
import { readLoadBalancers } from "./read-load-balancers.ts";
import { readRestApis } from "./read-rest-apis.ts";
import { remarkOn } from "./service-failure.ts";
import type { ServiceReader } from "./service-reader.ts";

const READERS: Readonly<Record<Service, ServiceReader>> = {
  "api-gateway-rest": readRestApis,
  "api-gateway-http": readHttpApis,
  appsync: readAppsync,
  "load-balancer": readLoadBalancers,
  "identity-pool": readIdentityPools,
  iam: readIamProviders,
};

/** How the reading goes. */
export interface ReadInventoryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called before each service. */
  readonly onService?: ((service: Service) => void) | undefined;
}

/**
 * Lists what trusts the pools in one account and region. Reads only.
 *
 * One service after the other, because they throttle early. A service that cannot be read is a remark, and what was found
 * in it before counts; credentials that AWS does not know are a fault.
 *
 * @throws MigrationError `ERR_SOURCE_UNAUTHORIZED`; the signal's reason when it is aborted.
 */
export async function readInventory(
  access: AwsAccess,
  pools: readonly IssuingPool[],
  { signal = new AbortController().signal, onService }: ReadInventoryOptions = {},
): Promise<Inventory> {
  const sought = pools.map((pool) => ({ ...pool, isNamedBy: poolReference(pool) }));
  const uses: PoolUse[] = [];
  const complete: Service[] = [];
  const remarks: ServiceRemark[] = [];
  for (const service of SERVICES) {
    signal.throwIfAborted();
    onService?.(service);
    try {
      await READERS[service]({
        config: clientConfig(access),
        pools: sought,
        signal,
        found: (use) => uses.push(use),
      });
      complete.push(service);
    } catch (error) {
      signal.throwIfAborted();
      remarks.push(remarkOn(service, error));
    }
  }
  return { uses, complete, remarks };
}
