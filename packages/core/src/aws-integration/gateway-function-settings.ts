/** Names of the files beside the code of the gateway's function. */
export const GATEWAY_FUNCTION_FILES = { settings: "gateway.json", config: "c2d.config.json" } as const;

/** What the gateway's function serves. Holds no secret. */
export interface GatewayFunctionSettings {
  /** Whether passwords are checked. */
  readonly jit: boolean;
  /** Which sessions are exchanged; none when left out. */
  readonly exchange?:
    | {
        /** App clients whose tokens are exchanged. */
        readonly clientIds: readonly string[];
        /** Origins of the pages that may ask. */
        readonly origins: readonly string[];
        readonly cookies: boolean;
        readonly revoke: boolean;
      }
    | undefined;
  /** Least level that is logged. @defaultValue info */
  readonly logLevel?: "debug" | "info" | "warn" | "error" | undefined;
}
