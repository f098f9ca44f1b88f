import {
  createCognitoRevoker,
  createExchange,
  createExchangeHandler,
  createManagementExchanger,
  createVerifier,
  type ExchangeEvent,
  type ExchangeOptions,
  type ReplayStore,
} from "@cognito-to-descope/session";
import type { Config } from "../config/config.ts";
import { usageError } from "../errors.ts";
import { targetOptions } from "../open-target.ts";
import { emulated, poolsOf } from "./pools-of.ts";

/** Which exchanges the gateway offers. */
export interface ExchangeSettings {
  /** App clients whose tokens are exchanged. */
  readonly clientIds: readonly string[];
  /** Origins of the pages that may ask. */
  readonly origins: readonly string[];
  /** Whether the session is set as cookies that scripts cannot read. */
  readonly cookies: boolean;
  /** Whether a Cognito refresh token that comes along is revoked. */
  readonly revoke: boolean;
  /** Which tokens were exchanged. */
  readonly replay: ReplayStore;
  readonly onExchange: (event: ExchangeEvent) => void;
}

/**
 * Makes the exchange of Cognito tokens of the config's pools for sessions of its project. Makes no request yet.
 *
 * @throws MigrationError `ERR_USAGE` when an origin is none.
 */
export function makeExchangeHandler(
  config: Config,
  settings: ExchangeSettings,
): (request: Request) => Promise<Response> {
  const { clientIds, origins, onExchange } = settings;
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw usageError("--exchange-origin takes the origin of a page", "write it as https://app.example.com");
    }
  }
  const { projectId, managementKey, baseUrl } = targetOptions(config);
  const address = baseUrl === undefined ? {} : { baseUrl };
  const verifier = createVerifier({
    cognito: poolsOf(config).map((pool) => ({
      userPoolId: pool.userPoolId,
      clientId: clientIds,
      tokenUse: "id",
      roles: null,
      ...emulated(pool),
    })),
    descope: [{ projectId, audience: null, ...address }],
    mode: "dual",
    subject: { use: "cognito", unmapped: "keep" },
  });
  const exchange = createExchange({
    verifier,
    exchanger: createManagementExchanger({ projectId, managementKey, ...address }),
    replay: settings.replay,
    onExchange,
    ...(settings.revoke ? { revoke: revokeAt(config) } : {}),
  });
  return createExchangeHandler(exchange, { allowedOrigins: origins, respond: settings.cookies ? "cookies" : "body" });
}

/** Revokes at the pool, and for the app client, that the token came from. */
function revokeAt(config: Config): NonNullable<ExchangeOptions["revoke"]> {
  const pools = poolsOf(config);
  return async (exchanged) => {
    const { issuer, clientId } = exchanged.principal;
    const pool = pools.find(({ userPoolId }) => issuer.endsWith(`/${userPoolId}`));
    if (pool === undefined || clientId === undefined) throw new Error("the token names no pool of the config");
    const { region, endpoint } = pool;
    await createCognitoRevoker({ clientId, region, ...(endpoint === undefined ? {} : { endpoint }) })(exchanged);
  };
}
