import { MigrationError, type WrittenBridgeConfig } from "@cognito-to-descope/core";
import { MIN_STATE_SECRET } from "@cognito-to-descope/gateway";

/**
 * Looks whether a bridge has the secrets that its OIDC connections need.
 *
 * @param secrets - The one to seal states with, and the one before.
 * @throws MigrationError `ERR_CONFIG_INVALID`.
 */
export function checkStateSecrets({ hosts }: WrittenBridgeConfig, secrets: readonly string[]): void {
  const hasOidc = hosts.some(({ connections, upstreamClient }) =>
    connections.some(({ protocol }) => upstreamClient === undefined && protocol === "oidc"),
  );
  if (hasOidc && secrets.length === 0) throw secretProblem("is missing");
  if (secrets.some((secret) => secret.length < MIN_STATE_SECRET)) throw secretProblem("is too short");
}

function secretProblem(what: string): MigrationError {
  return new MigrationError("ERR_CONFIG_INVALID", `C2D_BRIDGE_STATE_SECRET ${what}`, {
    suggestion: `sign-ins of OIDC connections need it: at least ${MIN_STATE_SECRET} characters, the same for every bridge; make it with \`openssl rand -hex 32\``,
  });
}
