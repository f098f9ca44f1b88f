import type { Clock, PasswordCheck, Verdict, VerdictDetails } from "@cognito-to-descope/core";
import { Hono } from "hono";
import { addressOf } from "../../http/rate-limit.ts";
import { problem } from "../../http/problem.ts";
import { readText } from "../../http/read-text.ts";
import type { RequestVariables } from "../../http/request-entry.ts";
import { createTokenBuckets } from "../../http/token-buckets.ts";
import { HMAC_HEADER, hmacReading, type HmacReading, shownToken } from "./authorize-connector.ts";
import { type CredentialEncoding, readCredentials } from "./read-credentials.ts";

/** One verdict, for log, metrics and traces. Holds nothing personal. */
export interface VerdictEntry extends VerdictDetails, Omit<Verdict, "loginId"> {
  /** Epoch milliseconds. */
  readonly at: number;
  /** That of the request's own entry. */
  readonly requestId: string;
  readonly milliseconds: number;
  /** The same request was under way or had been answered a moment ago. */
  readonly joined: boolean;
  /** Which bytes the HMAC was made of; absent where none is asked for. */
  readonly hmacReading?: HmacReading;
  /** Place of the token that was shown, from 0: which connectors still use an old one. */
  readonly token: number;
  readonly encoding: CredentialEncoding;
  /** Members of the body that the route does not know. */
  readonly unknownFields: number;
}

/** How passwords are checked over HTTP. */
export interface JitOptions {
  readonly check: PasswordCheck;
  /** The pools that a request can name. */
  readonly userPoolIds: readonly string[];
  /** Any of them lets a connector in: an old and a new one while they are changed. At least 32 characters each. */
  readonly tokens: readonly string[];
  /** With any of them requests have to be signed too. None: they need not be. At least 32 characters each. */
  readonly hmacSecrets?: readonly string[] | undefined;
  /**
   * The header in which the address of the user stands, set by whoever calls and nobody else. Left out, addresses are not
   * limited: connectors call from few of their own.
   */
  readonly clientAddressHeader?: string | undefined;
  /** Hears of every verdict. Must not throw. */
  readonly onVerdict?: ((entry: VerdictEntry) => void) | undefined;
}

/** What the route needs. */
export interface JitRouteOptions extends JitOptions {
  readonly clock: Pick<Clock, "now" | "monotonic">;
}

const PATH = "/v1/jit/verify";

/** Name and password take 3 kB in the widest encoding. */
const MAX_BODY_BYTES = 16_384;

/** Requests with a wrong token from one address. */
const STRANGERS = { burst: 20, perSecond: 1 };

/** Checks passwords of users for a flow's connector, or for an app's own back end. */
export function jitRoutes(options: JitRouteOptions): Hono<{ Variables: RequestVariables }> {
  const { check, userPoolIds, tokens, hmacSecrets = [], clientAddressHeader, clock, onVerdict } = options;
  const strangers = createTokenBuckets(STRANGERS, () => clock.monotonic());
  const routes = new Hono<{ Variables: RequestVariables }>();
  routes.post(PATH, async (c) => {
    const began = clock.monotonic();
    const at = clock.now();
    const token = shownToken(c.req.header("authorization") ?? "", tokens);
    const text = token === undefined ? "" : await readText(c, MAX_BODY_BYTES);
    if (text === undefined) return problem(c, "body-too-large");
    const reading =
      hmacSecrets.length === 0 ? undefined : hmacReading(c.req.header(HMAC_HEADER) ?? "", text, hmacSecrets);
    // Nothing else is said to whoever knows no token.
    if (token === undefined || (hmacSecrets.length > 0 && reading === undefined)) {
      const waitMs = strangers.take(addressOf(c));
      return waitMs > 0
        ? problem(c, "rate-limited", { "retry-after": String(Math.ceil(waitMs / 1000)) })
        : problem(c, "unauthorized", { "www-authenticate": "Bearer" });
    }
    if (c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase() !== "application/json") {
      return problem(c, "unsupported-media-type");
    }
    const credentials = readCredentials(text);
    if (credentials === undefined) return problem(c, "invalid-credentials-request");
    const { username, password, userPoolId, withLoginId, encoding, unknownFields } = credentials;
    if (userPoolId !== undefined && !userPoolIds.includes(userPoolId)) return problem(c, "unknown-user-pool");
    const address = clientAddressHeader === undefined ? undefined : clientAddress(c.req.header(clientAddressHeader));
    const { verdict, details, joined } = await check.check({ username, password, userPoolId, address });
    const { loginId, ...told } = verdict;
    onVerdict?.({
      at,
      requestId: c.get("requestId"),
      milliseconds: Math.round(clock.monotonic() - began),
      ...told,
      ...details,
      joined,
      ...(reading === undefined ? {} : { hmacReading: reading }),
      token,
      encoding,
      unknownFields,
    });
    return c.json(withLoginId && loginId !== undefined ? { ...told, loginId } : told);
  });
  routes.all(PATH, (c) => problem(c, "method-not-allowed", { allow: "POST" }));
  return routes;
}

/** Of several addresses the last: whoever calls has added it, and anybody may have sent the others. */
function clientAddress(header: string | undefined): string | undefined {
  const address = header?.split(",").at(-1)?.trim();
  return address === undefined || address === "" || address.length > 64 ? undefined : address;
}
