import {
  type Connector,
  DEFAULT_CLIENT_NAME,
  DEFAULT_CONNECTOR_NAME,
  directConnector,
  type FlowDocument,
  gatewayConnector,
  type GatewaySecrets,
  generateFlow,
  type JitSetupIds,
  type JitSetupRequest,
  parseGatewayUrl,
} from "@cognito-to-descope/core";
import type { Config, SourceConfig } from "../config/config.ts";
import { usageError } from "../errors.ts";
import { systemDigest } from "../system.ts";
import type { SetupOptions } from "./setup-options.ts";

/** What a request is made from beside the options. */
export interface RequestParts {
  readonly config: Config;
  readonly sources: readonly SourceConfig[];
  /** Region that each source is reached in. */
  readonly region: string;
  readonly secrets: GatewaySecrets;
  /** The flow whose screens are kept. */
  readonly template: FlowDocument | undefined;
}

/** Stands for a client that is not made yet, in a flow that is only looked at. */
const UNKNOWN_CLIENT = "0";

/**
 * Says what is to be set up.
 *
 * @throws MigrationError `ERR_USAGE` when an option is not usable.
 */
export function makeRequest(options: SetupOptions, parts: RequestParts): JitSetupRequest {
  const { config, sources, template } = parts;
  const { direct = false, clientName = DEFAULT_CLIENT_NAME, client, editClient } = options;
  if (sources.length > 1 && (direct || client !== undefined || editClient !== undefined)) {
    throw usageError("there are several user pools, and this is about one", "name it with --user-pool-id");
  }
  const name = options.connectorName ?? DEFAULT_CONNECTOR_NAME;
  const { connector, plainHttp } = direct ? directTo(name, parts) : gatewayAt(name, options.gateway ?? "", parts);
  return {
    route: direct ? "direct" : "gateway",
    flow: options.auth ?? "public",
    client:
      client !== undefined
        ? { kind: "use", clientId: client }
        : editClient !== undefined
          ? { kind: "edit", clientId: editClient }
          : { kind: "own", name: clientName, secret: !direct && options.secret },
    connector,
    plainHttp,
    makeFlow: ({ connectorId, clientId = UNKNOWN_CLIENT }: JitSetupIds) =>
      generateFlow({
        ...(direct
          ? { kind: "direct-cognito" as const, clientId, signUpAction: options.signUpAction }
          : { kind: options.flowKind ?? "jit-password" }),
        connector: { name, id: connectorId },
        flowId: options.flowId,
        template,
      }),
    replaceFlow: options.replaceFlow ?? false,
    rules: config.rules,
  };
}

interface WantedConnector {
  readonly connector: Connector;
  readonly plainHttp: boolean;
}

function gatewayAt(name: string, url: string, { secrets }: RequestParts): WantedConnector {
  const { baseUrl, plain } = parseGatewayUrl(url);
  return { connector: gatewayConnector(name, baseUrl, secrets, systemDigest), plainHttp: plain };
}

function directTo(name: string, { sources, region }: RequestParts): WantedConnector {
  const endpoint = sources[0]?.endpoint;
  return { connector: directConnector(name, region, endpoint), plainHttp: false };
}
