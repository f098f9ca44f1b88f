import { MigrationError } from "../errors.ts";
import { checkEmitOptions, type EmitOptions } from "./emit-options.ts";
import type { Integration } from "./integration.ts";
import { renderCdk } from "./render-cdk.ts";
import { renderCloudFormationJson, renderCloudFormationYaml } from "./render-cloudformation.ts";
import { renderRunbook } from "./render-runbook.ts";
import { renderTerraform } from "./render-terraform.ts";
import type { Target } from "./target.ts";
import { albJwt } from "./targets/alb-jwt.ts";
import { albOidc } from "./targets/alb-oidc.ts";
import { appsyncLambda } from "./targets/appsync-lambda.ts";
import { appsyncOidc } from "./targets/appsync-oidc.ts";
import { httpApiJwt } from "./targets/http-api-jwt.ts";
import { httpApiLambda } from "./targets/http-api-lambda.ts";
import { identityPool } from "./targets/identity-pool.ts";
import { restApiJwt } from "./targets/rest-api-jwt.ts";
import { restApiLambda } from "./targets/rest-api-lambda.ts";

/** Everything in AWS that can be made to accept Descope's tokens. */
export const INTEGRATION_TARGETS: readonly Target[] = [
  httpApiLambda,
  httpApiJwt,
  restApiJwt,
  restApiLambda,
  appsyncOidc,
  appsyncLambda,
  albOidc,
  albJwt,
  identityPool,
];

/** What the documents are written in, with the name of the file of each. */
export const EMIT_FORMATS = {
  "cloudformation-yaml": "template.yaml",
  "cloudformation-json": "template.json",
  cdk: "stack.ts",
  terraform: "main.tf.json",
  runbook: "RUNBOOK.md",
} as const;

/** A format of {@link EMIT_FORMATS}. */
export type EmitFormat = keyof typeof EMIT_FORMATS;

/**
 * Makes the integration of a target.
 *
 * @throws MigrationError `ERR_CONFIG_INVALID` with everything that is wrong with the options.
 */
export function makeIntegration(target: Target, options: EmitOptions): Integration {
  const problems = checkEmitOptions(target, options);
  if (problems.length > 0) {
    throw new MigrationError("ERR_CONFIG_INVALID", `the options of ${target.name} are not usable`, {
      suggestion: problems.map(({ option, message }) => `"${option}" ${message}`).join("\n"),
    });
  }
  return target.build(options);
}

/** Writes an integration in a format. */
export function renderIntegration(integration: Integration, format: EmitFormat): string {
  switch (format) {
    case "cloudformation-yaml":
      return renderCloudFormationYaml(integration);
    case "cloudformation-json":
      return renderCloudFormationJson(integration);
    case "cdk":
      return renderCdk(integration);
    case "terraform":
      return renderTerraform(integration);
    case "runbook":
      return renderRunbook(integration);
    default:
      return format satisfies never;
  }
}
