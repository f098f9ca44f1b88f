/** Operations that a project may lack: by its licence, or because the service has no such route. */

import type { Operation } from "./operation.ts";
import { Refusal, malformed, notLicensed } from "./refusal.ts";
import type { DescopeVariants } from "./variants.ts";

/** Lets requests through where the project has the operations at all. */
export function whereAvailable(
  operations: readonly Operation[],
  option: "connectorApi" | "oauthProviderApi",
): readonly Operation[] {
  return operations.map((operation) => ({
    ...operation,
    run: (call) => {
      const refusal = refusalOf(call.project.variants[option]);
      if (refusal !== undefined) throw refusal;
      return operation.run(call);
    },
  }));
}

function refusalOf(availability: DescopeVariants["connectorApi"]): Refusal | undefined {
  switch (availability) {
    case "available":
      return undefined;
    case "refused":
      return notLicensed();
    case "absent":
      return new Refusal(404, malformed("").code, "Request is malformed", "There is no such operation");
    default:
      return availability satisfies never;
  }
}
