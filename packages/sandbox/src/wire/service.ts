/**
 * What a service of the sandbox is to the wire: something that names a request's operation, says which quota the
 * operation draws from, and answers it. Listening, latency, quotas, faults and the request log are the wire's.
 */

/** One HTTP request, read whole. */
export interface WireRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Address of the caller. */
  readonly remoteAddress: string;
}

/** One HTTP answer, whole. */
export interface WireReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

/** A quota that several operations draw from. */
export interface QuotaBucket {
  /** `UserList`, `user/create`, … */
  readonly name: string;
  /** Requests allowed in any window of {@link windowMs}. */
  readonly requests: number;
  readonly windowMs: number;
  /** How long everything is refused after the quota was exceeded; 0: only until the window has room. */
  readonly penaltyMs: number;
}

/** A service that the wire can serve. */
export interface WireService {
  readonly name: "cognito" | "descope";
  /** A stable name for what is asked: `ListUsers`, `POST /v1/mgmt/user/create/batch`, `unknown`. */
  operationOf(request: WireRequest): string;
  /** The quota that an operation draws from, when quotas are on. */
  quotaOf(operation: string): QuotaBucket | undefined;
  /**
   * All quotas that a request draws from, where one operation draws from several (an account's and a pool's). Used in
   * place of {@link quotaOf} when a service has it.
   */
  quotasOf?(operation: string, request: WireRequest): readonly QuotaBucket[];
  /**
   * Tells whether an operation may change state. Without it, every method but GET, HEAD and OPTIONS does, unless the
   * path's last part names a reading (`search`, `load`, `list`, `all`, `validate`).
   */
  isWrite?(operation: string, request: WireRequest): boolean;
  /**
   * Answers requests under `/_sandbox/<name>/`, the service's own control routes; undefined when it has none there.
   * No quota, latency or fault touches them and they are not logged.
   */
  control?(request: WireRequest): WireReply | undefined | Promise<WireReply | undefined>;
  /** How this service says that a request's body is larger than it takes. Status 413 without it. */
  tooLarge?(request: WireRequest): WireReply;
  /** How this service says that a quota was exceeded. */
  throttled(request: WireRequest, bucket: QuotaBucket, retryAfterMs: number): WireReply;
  /** How this service reports a failure of its own (faults of status 500 and 503). */
  unavailable(status: number): WireReply;
  /** Answers one request. Never throws for bad input: that is an answer. */
  answer(request: WireRequest): WireReply | Promise<WireReply>;
}
