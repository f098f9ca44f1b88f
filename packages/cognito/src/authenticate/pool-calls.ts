import { createExchange, type Exchange, type ExchangeAnswer, regionalEndpoint } from "./exchange.ts";
import { createRequestSigner, type RequestSigner, type SigningKeyProvider } from "./sign-request.ts";

/** How a pool is reached. */
export interface PoolAccess {
  readonly region: string;
  /** Takes the place of the region's address. */
  readonly endpoint?: string | undefined;
  /** Keys for calls that are signed. Left out where none is made. */
  readonly credentials?: SigningKeyProvider | undefined;
}

/** Calls of one pool's API, over connections that stay open. */
export interface PoolCalls extends Disposable {
  /** A call that anybody may make. */
  send(operation: string, input: object, timeoutMs: number): Promise<ExchangeAnswer>;
  /** A call that is signed. Answers as an unknown client would hear when there are no keys. */
  sendSigned(operation: string, input: object, timeoutMs: number): Promise<ExchangeAnswer>;
}

/** What AWS answers to who cannot sign. */
const NO_KEYS: ExchangeAnswer = {
  kind: "answer",
  status: 400,
  body: { __type: "MissingAuthenticationTokenException" },
};

/**
 * Opens calls to where a pool is; nothing is connected yet. Pools of one address share them.
 *
 * @param now - Epoch milliseconds, for signatures.
 */
export function createPoolCalls({ region, endpoint, credentials }: PoolAccess, now: () => number): PoolCalls {
  const exchange: Exchange = createExchange(endpoint ?? regionalEndpoint(region));
  const signer: RequestSigner | undefined =
    credentials === undefined
      ? undefined
      : createRequestSigner({ endpoint: exchange.endpoint, region, credentials, now });
  return {
    send: (operation, input, timeoutMs) => exchange.send({ operation, body: JSON.stringify(input), timeoutMs }),
    async sendSigned(operation, input, timeoutMs) {
      if (signer === undefined) return NO_KEYS;
      const body = JSON.stringify(input);
      let headers: Readonly<Record<string, string>>;
      try {
        headers = await signer.sign(operation, body);
      } catch {
        return NO_KEYS;
      }
      return exchange.send({ operation, body, headers, timeoutMs });
    },
    [Symbol.dispose]: () => exchange[Symbol.dispose](),
  };
}
