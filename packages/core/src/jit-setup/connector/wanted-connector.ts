import { dnsSuffixOf } from "../../aws-integration/aws-region.ts";
import type { Connector } from "../../ports/connectors.ts";
import type { Digest } from "../../ports/digest.ts";

/** What the gateway and the connector both know. */
export interface GatewaySecrets {
  /** Bearer token of the connector's requests. */
  readonly token: string;
  /** Key by which the connector signs them. */
  readonly hmacSecret: string;
}

/** By this sentence in its description a connector is known to be ours: connectors carry no tags. */
const CONNECTOR_MARK = "Kept by c2d jit setup.";

/**
 * The generic HTTP connector that asks the gateway whether a password is right.
 *
 * Its secrets cannot be read back, so the description tells them by a short hash: a change of them shows, and they do not.
 * They are 256 random bits, of which the hash gives nothing away.
 */
export function gatewayConnector(name: string, baseUrl: string, secrets: GatewaySecrets, digest: Digest): Connector {
  return {
    name,
    type: "http",
    status: "enabled",
    description: `Asks the gateway whether a password of Cognito is right. ${CONNECTOR_MARK} ${secretsMark(secrets, digest)}`,
    configuration: {
      baseUrl,
      authentication: { method: "bearerToken", bearerToken: secrets.token },
      headers: [],
      hmacSecret: secrets.hmacSecret,
      insecure: false,
      includeHeadersInContext: false,
      awsAuthType: "none",
    },
  };
}

/** The connector of the migration guide, which calls Cognito itself. It can check passwords of a client without secret only. */
export function directConnector(name: string, region: string, endpoint?: string): Connector {
  return {
    name,
    type: "http",
    status: "enabled",
    description: `Asks Cognito whether a password is right. ${CONNECTOR_MARK}`,
    configuration: {
      baseUrl: endpoint ?? `https://cognito-idp.${region}.${dnsSuffixOf(region)}`,
      authentication: { method: "none" },
      headers: [
        { key: "Content-Type", value: "application/x-amz-json-1.1" },
        { key: "X-Amz-Target", value: "AWSCognitoIdentityProviderService.InitiateAuth" },
      ],
      insecure: false,
      includeHeadersInContext: false,
      awsAuthType: "none",
    },
  };
}

/** Whether a connector was made by this product. */
export function isOwnConnector({ description }: Pick<Connector, "description">): boolean {
  return description?.includes(CONNECTOR_MARK) === true;
}

const SECRETS_MARK = /\(secrets [0-9a-f]{8}\)/;

function secretsMark({ token, hmacSecret }: GatewaySecrets, digest: Digest): string {
  return `(secrets ${digest.sha256(`${token}\n${hmacSecret}`).slice(0, 8)})`;
}

/** What a description tells of the secrets; empty when it tells nothing. */
export function toldSecrets(description: string | undefined): string {
  return SECRETS_MARK.exec(description ?? "")?.[0] ?? "";
}

/** Somebody else's description, with what ours tells of the secrets. */
export function tellSecrets(description: string, mark: string): string {
  if (mark === "") return description;
  return SECRETS_MARK.test(description)
    ? description.replace(SECRETS_MARK, mark)
    : [description.trim(), mark].filter((part) => part !== "").join(" ");
}
