import { isRegion, MigrationError, partitionOf } from "@cognito-to-descope/core";
import type { Service } from "./pool-use.ts";

/** The actions of IAM that each service is read with: exactly the operations that this package calls. */
export const INVENTORY_ACTIONS: Readonly<Record<Service, readonly string[]>> = {
  "api-gateway-rest": ["apigateway:GET"],
  "api-gateway-http": ["apigateway:GET"],
  appsync: ["appsync:ListApis", "appsync:ListGraphqlApis"],
  "load-balancer": [
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
  ],
  "identity-pool": [
    "cognito-identity:DescribeIdentityPool",
    "cognito-identity:GetIdentityPoolRoles",
    "cognito-identity:ListIdentityPools",
  ],
  iam: ["iam:ListOpenIDConnectProviders"],
};

/** One statement of a policy document. */
export interface InventoryStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/**
 * The least statements with which the services of a region can be looked through.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` when the region is none.
 */
export function inventoryStatements(region: string): readonly InventoryStatement[] {
  if (!isRegion(region)) throw new MigrationError("ERR_CONFIG_INVALID", 'the region must look like "us-east-1"');
  const gateway = `arn:${partitionOf(region)}:apigateway:${region}::`;
  const others = Object.entries(INVENTORY_ACTIONS).flatMap(([service, actions]) =>
    service.startsWith("api-gateway") ? [] : actions,
  );
  return [
    {
      Sid: "ReadApiGateway",
      Effect: "Allow",
      Action: ["apigateway:GET"],
      Resource: [
        `${gateway}/apis`,
        `${gateway}/apis/*/authorizers`,
        `${gateway}/apis/*/routes`,
        `${gateway}/restapis`,
        `${gateway}/restapis/*/authorizers`,
        `${gateway}/restapis/*/resources`,
      ],
    },
    // Listings of these services cannot be limited to some of their resources.
    { Sid: "ListWhatTrustsThePool", Effect: "Allow", Action: others.sort(), Resource: ["*"] },
  ];
}
