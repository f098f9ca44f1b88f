/**
 * Finds what trusts an Amazon Cognito user pool in an AWS account: API Gateway, AppSync, load balancers, identity pools and
 * IAM. Reads only. A package of its own, because the clients of six services are no business of a migration.
 *
 * @module
 */
export { INVENTORY_ACTIONS, inventoryStatements, type InventoryStatement } from "./actions.ts";
export type { AccessKeys, AwsAccess } from "./aws-access.ts";
export { type Inventory, type PoolUse, type Service, type ServiceRemark } from "./pool-use.ts";
export { readInventory, type ReadInventoryOptions } from "./read-inventory.ts";
