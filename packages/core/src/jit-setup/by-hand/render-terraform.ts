import type { Connector } from "../../ports/connectors.ts";
import type { AttributeDefinition } from "../../project/project-snapshot.ts";

/** What a Terraform file is made from. */
export interface TerraformParts {
  readonly connector: Connector;
  readonly attributes: readonly AttributeDefinition[];
  readonly flowId: string;
  /** Name of the file that holds the flow, beside the Terraform file. */
  readonly flowFile: string;
}

/**
 * The connector, the flow and the attributes as locals of Terraform, in its JSON form, for a `descope_project` that is there.
 *
 * Not a resource: the provider has one resource for a whole project, and one that holds these alone would take the rest of
 * the project away. Secrets are variables. See `facts.md#terraform` of the Descope adapter.
 */
export function renderTerraform({ connector, attributes, flowId, flowFile }: TerraformParts): string {
  const { configuration } = connector;
  const isSigned = typeof configuration["hmacSecret"] === "string";
  const headers = (configuration["headers"] ?? []) as readonly { readonly key: string; readonly value: string }[];
  const document = {
    "//": [
      "Add these to the resource descope_project of your project:",
      "connectors = { http = [local.cognito_to_descope_connector] }",
      `flows = { "${flowId}" = local.cognito_to_descope_flow }`,
      "attributes = { user = local.cognito_to_descope_user_attributes }",
      "Where the resource has such lists already, append to them.",
    ].join("\n"),
    ...(isSigned
      ? { variable: { c2d_jit_token: secret("bearer token"), c2d_jit_hmac_secret: secret("HMAC secret") } }
      : {}),
    locals: {
      cognito_to_descope_connector: {
        name: connector.name,
        description: literal(connector.description ?? ""),
        base_url: literal(String(configuration["baseUrl"])),
        ...(isSigned
          ? { authentication: { bearer_token: "${var.c2d_jit_token}" }, hmac_secret: "${var.c2d_jit_hmac_secret}" }
          : {}),
        ...(headers.length === 0
          ? {}
          : { headers: Object.fromEntries(headers.map(({ key, value }) => [key, literal(value)])) }),
      },
      cognito_to_descope_flow: { data: `\${file("\${path.module}/${flowFile}")}` },
      cognito_to_descope_user_attributes: attributes.map(({ name, displayName, type }) => ({
        id: name,
        name: literal(displayName),
        type,
      })),
    },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function secret(what: string): object {
  return { type: "string", sensitive: true, description: `${what} of the gateway, from .env.c2d-jit` };
}

/** Text in which Terraform is to see nothing to work out. */
function literal(text: string): string {
  return text.replaceAll("${", "$${").replaceAll("%{", "%%{");
}
