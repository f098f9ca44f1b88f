import type { ExchangeOptions } from "./create-exchange.ts";

/** How Cognito is called. */
export interface CognitoRevokerOptions {
  readonly clientId: string;
  /** Of a client that has one. */
  readonly clientSecret?: string;
  readonly region: string;
  /** Address of Cognito. @defaultValue the one of the region */
  readonly endpoint?: string;
  /** Milliseconds that a call may take. @defaultValue 10000 */
  readonly timeoutMs?: number;
  /** @defaultValue the global fetch */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/**
 * Revokes the refresh token that came with the exchange, and with it all tokens of that sign-in; needs no permission.
 *
 * Without a refresh token nothing is revoked. Tokens that were issued already stay valid until they expire wherever they
 * are verified without asking Cognito.
 */
export function createCognitoRevoker(options: CognitoRevokerOptions): NonNullable<ExchangeOptions["revoke"]> {
  const { clientId, clientSecret, region, timeoutMs = 10_000 } = options;
  const endpoint = options.endpoint ?? `https://cognito-idp.${region}.amazonaws.com/`;
  const send = options.fetch ?? ((url, init) => fetch(url, init));
  return async ({ refreshToken }) => {
    if (refreshToken === undefined) return;
    const response = await send(endpoint, {
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "AWSCognitoIdentityProviderService.RevokeToken",
      },
      body: JSON.stringify({
        Token: refreshToken,
        ClientId: clientId,
        ...(clientSecret === undefined ? {} : { ClientSecret: clientSecret }),
      }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    if (response.status !== 200) throw new Error(`Cognito answered ${response.status}`);
  };
}
