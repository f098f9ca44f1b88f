/** What of Cognito the sandbox has, told from its own code. */

import { modelOperations } from "./aws-model.ts";
import { operations } from "./operations.ts";
import { webRoutes } from "./web/routes.ts";

/** How far one operation is there. */
export interface OperationSupport {
  /** AWS's name, or method and path. */
  readonly operation: string;
  readonly support: "works" | "partly" | "no";
  /** What is missing, where it is there in part. */
  readonly missing?: string;
}

/** Every operation of AWS's API, then the pages and endpoints of issuer and domain. */
export function cognitoOperationSupport(): readonly OperationSupport[] {
  const api = Object.keys(modelOperations).map((operation): OperationSupport => {
    const own = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (own === undefined) return { operation, support: "no" };
    return own.partly === undefined
      ? { operation, support: "works" }
      : { operation, support: "partly", missing: own.partly };
  });
  const web = webRoutes.map(({ name, partly }): OperationSupport =>
    partly === undefined
      ? { operation: name, support: "works" }
      : { operation: name, support: "partly", missing: partly },
  );
  return [...api, ...web];
}
