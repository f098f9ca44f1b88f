import { MigrationError } from "@cognito-to-descope/core";

/** Variables that a secret may give: the product's own. What says who the function is and where it runs stays as it is. */
const OWN_VARIABLE = /^(?:C2D|DESCOPE)_[A-Z0-9_]+$/;

/**
 * Reads a secret of AWS Secrets Manager that holds variables as one JSON object of texts, with the rights of the function.
 *
 * @param secretId - ARN or name.
 * @throws MigrationError `ERR_CONFIG_INVALID` when it holds something else, and what the service throws.
 */
export async function readSecretVariables(secretId: string): Promise<Readonly<Record<string, string>>> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({});
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return parseSecret(SecretString ?? "");
  } finally {
    client.destroy();
  }
}

function parseSecret(text: string): Readonly<Record<string, string>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Whatever a parser says of it would quote it.
    throw notVariables();
  }
  if (typeof value !== "object" || value === null) throw notVariables();
  const variables: Record<string, string> = {};
  for (const [name, one] of Object.entries(value)) {
    if (!OWN_VARIABLE.test(name) || typeof one !== "string") throw notVariables();
    variables[name] = one;
  }
  return variables;
}

function notVariables(): MigrationError {
  return new MigrationError("ERR_CONFIG_INVALID", "the secret of the function is no JSON object of variables", {
    suggestion: 'write it as {"DESCOPE_MANAGEMENT_KEY": "…", "C2D_JIT_TOKEN": "…"}: names begin with C2D_ or DESCOPE_',
  });
}
