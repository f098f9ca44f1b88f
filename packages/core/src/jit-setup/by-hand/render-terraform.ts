import type { Connector } from "../../ports/connectors.ts";
import type { AttributeDefinition } from "../../project/project-snapshot.ts";

/** What a Terraform file is made from. */
export interface TerraformParts {
  readonly projectId: string;
  readonly connector: Connector;
  readonly attributes: readonly AttributeDefinition[];
  readonly flowId: string;
  /** Name of the file that holds the flow, beside the Terraform file. */
  readonly flowFile: string;
}

/** The first version of the provider with a resource for each thing; see `facts.md#terraform` of the Descope adapter. */
const PROVIDER_VERSION = "~> 1.0";

/**
 * The connector, the flow and the attributes as resources of Descope's Terraform provider, in Terraform's JSON form. Secrets are
 * variables. Nothing else of the project is in it, so nothing else of it is touched.
 */
export function renderTerraform(parts: TerraformParts): string {
  const { connector, attributes, flowId, flowFile } = parts;
  const project_id = parts.projectId;
  const isSigned = typeof connector.configuration["hmacSecret"] === "string";
  const document = {
    terraform: {
      required_version: ">= 1.5",
      required_providers: { descope: { source: "descope/descope", version: PROVIDER_VERSION } },
    },
    ...(isSigned
      ? { variable: { c2d_jit_token: secret("bearer token"), c2d_jit_hmac_secret: secret("HMAC secret") } }
      : {}),
    resource: {
      descope_http_connector: {
        cognito_to_descope_jit: { project_id, ...connectorArguments(connector, isSigned) },
      },
      descope_flow: {
        cognito_to_descope_jit: {
          project_id,
          flow_id: flowId,
          data: `\${file("\${path.module}/${flowFile}")}`,
          // The flow names the connector, which must be there first.
          depends_on: ["descope_http_connector.cognito_to_descope_jit"],
        },
      },
      ...(attributes.length === 0
        ? {}
        : {
            descope_user_attribute: Object.fromEntries(
              attributes.map(({ name, displayName, type }) => [
                resourceName(name),
                { project_id, id: name, name: literal(displayName), type },
              ]),
            ),
          }),
    },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function connectorArguments({ name, description, configuration }: Connector, isSigned: boolean): object {
  const headers = (configuration["headers"] ?? []) as readonly { readonly key: string; readonly value: string }[];
  return {
    name: literal(name),
    description: literal(description ?? ""),
    base_url: literal(String(configuration["baseUrl"])),
    ...(isSigned
      ? { authentication: { bearer_token: "${var.c2d_jit_token}" }, hmac_secret: "${var.c2d_jit_hmac_secret}" }
      : {}),
    ...(headers.length === 0
      ? {}
      : { headers: Object.fromEntries(headers.map(({ key, value }) => [literal(key), literal(value)])) }),
  };
}

function secret(what: string): object {
  return { type: "string", sensitive: true, description: `${what} of the gateway, from .env.c2d-jit` };
}

/** A name that Terraform takes: attributes may begin with a digit. */
function resourceName(name: string): string {
  return `cognito_${name}`;
}

/** Text in which Terraform is to see nothing to work out. */
function literal(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}
