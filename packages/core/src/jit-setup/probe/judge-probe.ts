import { PROBE_RESULT } from "./probe-flow.ts";

/** What a request that a connector sent came to. */
export type ConnectorProbe =
  /** The gateway knows the connector, and says that credentials are missing. */
  | "let-in"
  /** The gateway does not know it: token or HMAC secret are not those that the gateway has. */
  | "refused"
  /** Nobody answered, or somebody other than the gateway. */
  | "unreached"
  /** The project does not tell what the connector was answered. */
  | "untold";

/**
 * Reads the output of the probe's flow. Whether the answer's body stands at the result's path itself, or in a wrapper with
 * the status, is not documented; a body of the gateway names its status.
 */
export function judgeConnectorProbe(output: unknown): ConnectorProbe {
  const connectors = memberOf(output, "connectors");
  const result = memberOf(connectors, PROBE_RESULT) ?? memberOf(output, PROBE_RESULT);
  if (result === undefined) return connectors === undefined ? "untold" : "unreached";
  const status =
    memberOf(result, "statusCode") ?? memberOf(memberOf(result, "body"), "status") ?? memberOf(result, "status");
  if (status === 400) return "let-in";
  return status === 401 ? "refused" : "unreached";
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
