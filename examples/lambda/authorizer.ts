import { createRestAuthorizer, type PolicyAnswer, type RestAuthorizerEvent } from "@cognito-to-descope/session/lambda";
import { verifier } from "./verifier.ts";

/** Handler of a Lambda authorizer of a REST API, of type `TOKEN` or `REQUEST`. */
export const handler: (event: RestAuthorizerEvent) => Promise<PolicyAnswer> = createRestAuthorizer({
  verifier,
  routes: { "* /*": {}, "* /admin*": { roles: ["admin"] } },
});
