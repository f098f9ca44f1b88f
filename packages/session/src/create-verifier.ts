import { createCognitoSource } from "./cognito-source.ts";
import { createDescopeSource } from "./descope-source.ts";
import { checkDpop } from "./dpop.ts";
import {
  CheckUnavailable,
  KeysUnavailable,
  SessionError,
  TokenExpired,
  TokenMalformed,
  TokenRefused,
  TokenUntrusted,
  withoutStack,
} from "./errors.ts";
import { cognitoAddresses, descopeAddresses, type IssuerAddresses } from "./issuers.ts";
import { KeySet, type KeySetPorts } from "./key-set.ts";
import { chain } from "./maybe-promise.ts";
import { ACCEPTED } from "./modes.ts";
import type {
  Algorithm,
  DenyCandidate,
  MaybePromise,
  Mode,
  VerifierOptions,
  VerificationStatistics,
  VerifyOptions,
} from "./options.ts";
import { readHeader, readPart, splitToken, type TokenHeader, type TokenParts } from "./parse-token.ts";
import type { Platform } from "./platform.ts";
import type { Principal, Provider } from "./principal.ts";
import { createMemoryReplayStore } from "./replay-store.ts";
import { checkRequirements } from "./requirements.ts";
import type { Draft, Route, Source } from "./source.ts";
import { Statistics } from "./statistics.ts";
import type { JsonObject } from "./strict-json.ts";
import { decideSubject, type Settle } from "./subject.ts";
import { checkTimes, type TimeRules } from "./times.ts";

const ALGORITHMS: readonly string[] = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];

/** Headers that are remembered. An issuer signs with a few keys, and each makes one header. */
const MAX_HEADERS = 16;

const NO_OPTIONS: VerifyOptions = Object.freeze({});

/** A token on its way through the checks. */
interface Judged {
  readonly token: string;
  readonly parts: TokenParts;
  readonly claims: JsonObject;
  readonly source: Source;
  readonly mode: Mode;
  readonly options: VerifyOptions;
  readonly mayWait: boolean;
  /** When the token came. */
  readonly nowMs: number;
}

/** Verifies tokens on one platform. */
export class TokenVerifier<Key> {
  readonly #platform: Platform<Key>;
  readonly #routes: ReadonlyMap<string, Route<Key>>;
  readonly #keySets: ReadonlyMap<Source, readonly KeySet<Key>[]>;
  readonly #options: VerifierOptions;
  readonly #algorithms: ReadonlySet<string>;
  readonly #times: TimeRules;
  readonly #maxTokenLength: number;
  readonly #now: () => number;
  readonly #statistics: Statistics;
  readonly #replay: NonNullable<VerifierOptions["dpopReplay"]>;
  /** Headers of tokens whose signature was right. So few that comparing is faster than hashing. */
  #headers: readonly KnownHeader[] = [];

  /** The route of the last token: texts of claims are new ones, and comparing one is faster than hashing it. */
  #lastIssuer = "";
  #lastRoute: Route<Key> | undefined;

  /** @throws TypeError, RangeError when an option is not valid. */
  constructor(platform: Platform<Key>, options: VerifierOptions) {
    const { algorithms = ["RS256"], now = Date.now } = options;
    if (!Object.hasOwn(ACCEPTED, options.mode))
      throw new TypeError(`"mode" must be one of ${Object.keys(ACCEPTED).join(", ")}`);
    for (const algorithm of algorithms) {
      if (!ALGORITHMS.includes(algorithm)) throw new TypeError(`"algorithms" must be of ${ALGORITHMS.join(", ")}`);
    }
    checkSubjectPolicy(options);
    this.#platform = platform;
    this.#options = options;
    this.#algorithms = new Set(algorithms);
    this.#now = now;
    this.#times = {
      toleranceSeconds: readNumber("toleranceSeconds", options.toleranceSeconds, 5, 0, 600),
      maxAgeSeconds: readNumber("maxAgeSeconds", options.maxAgeSeconds, Infinity, 1, Infinity),
    };
    this.#maxTokenLength = readNumber("maxTokenLength", options.maxTokenLength, 16_384, 256, 1_048_576);
    this.#statistics = new Statistics(now, options.onVerification);
    this.#replay = options.dpopReplay ?? createMemoryReplayStore({ now });
    const { routes, keySets } = buildRoutes(options, keySetPorts(platform, options, this.#algorithms), now);
    this.#routes = routes;
    this.#keySets = keySets;
  }

  verify(token: string, options: VerifyOptions = NO_OPTIONS): Promise<Principal> {
    try {
      const result = this.#run(token, options, true);
      return result instanceof Promise ? result : Promise.resolve(result);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  verifySync(token: string, options: VerifyOptions = NO_OPTIONS): Principal {
    const result = this.#run(token, options, false);
    if (!(result instanceof Promise)) return result;
    // Only a platform that answers later gets here, and it has no such method.
    result.catch(() => undefined);
    throw new CheckUnavailable("hook-asynchronous");
  }

  async hydrate(): Promise<void> {
    await Promise.all(
      [...this.#keySets].map(async ([{ provider }, keySets]) => {
        const failures = await Promise.all(keySets.map((keys) => keys.load()));
        if (failures.every((failure) => failure !== undefined))
          throw new KeysUnavailable("keys-unavailable", { provider });
      }),
    );
  }

  statistics(): VerificationStatistics {
    return this.#statistics.read();
  }

  #run(token: string, options: VerifyOptions, mayWait: boolean): MaybePromise<Principal> {
    let source: Source | undefined;
    try {
      const parts = splitToken(token, this.#maxTokenLength);
      const claims = readPart(parts.payload, this.#platform);
      const route = this.#routeOf(claims);
      ({ source } = route);
      const mode = options.mode ?? this.#options.mode;
      const nowMs = this.#now();
      const result = this.#judge({ token, parts, claims, source, mode, options, mayWait, nowMs }, route.keys);
      if (result instanceof Promise) return this.#settleLater(source, result);
      this.#statistics.accept(source, result.tokenKind, nowMs);
      return result;
    } catch (error) {
      if (error instanceof SessionError) this.#statistics.refuse(source, error);
      throw error;
    }
  }

  async #settleLater(source: Source, result: Promise<Principal>): Promise<Principal> {
    let principal: Principal;
    try {
      principal = await result;
    } catch (error) {
      if (error instanceof SessionError) this.#statistics.refuse(source, error);
      throw error;
    }
    this.#statistics.accept(source, principal.tokenKind, this.#now());
    return principal;
  }

  #routeOf(claims: JsonObject): Route<Key> {
    const issuer = claims["iss"];
    if (typeof issuer !== "string") throw withoutStack(() => new TokenMalformed("claim-invalid"));
    if (issuer === this.#lastIssuer && this.#lastRoute !== undefined) return this.#lastRoute;
    const route = this.#routes.get(issuer);
    if (route === undefined) throw withoutStack(() => new TokenUntrusted("unknown-issuer"));
    this.#lastIssuer = issuer;
    this.#lastRoute = route;
    return route;
  }

  #judge(token: Judged, keys: KeySet<Key>): MaybePromise<Principal> {
    const { claims, options, parts, source } = token;
    const { provider } = source;
    if (!ACCEPTED[token.mode][provider]) throw withoutStack(() => new TokenRefused("mode", { provider }));
    const header = this.#knownHeader(parts.header) ?? readHeader(parts.header, this.#platform);
    const algorithm = header.alg as Algorithm;
    if (!this.#algorithms.has(algorithm))
      throw withoutStack(() => new TokenUntrusted("algorithm-refused", { provider }));
    checkTimes(claims, token.nowMs, this.#times, provider);
    source.check(claims, options);
    const key = keys.find(header.kid, algorithm, token.mayWait, token.nowMs);
    return key instanceof Promise
      ? key.then((found) => this.#checkSignature(token, header, algorithm, found))
      : this.#checkSignature(token, header, algorithm, key);
  }

  #checkSignature(token: Judged, header: TokenHeader, algorithm: Algorithm, key: Key): MaybePromise<Principal> {
    const isRight = this.#platform.verify(algorithm, key, token.parts.signed, token.parts.signature);
    return isRight instanceof Promise
      ? isRight.then((answer) => this.#admitSigned(token, header, answer))
      : this.#admitSigned(token, header, isRight);
  }

  #admitSigned(token: Judged, header: TokenHeader, isRight: boolean): MaybePromise<Principal> {
    const { claims, options, parts, source } = token;
    const { provider } = source;
    if (!isRight) throw withoutStack(() => new TokenUntrusted("signature-invalid", { provider }));
    this.#remember(parts.header, header);
    const draft = source.normalise(claims);
    if (token.mode === "descope-preferred" && provider === "cognito") draft.preferred = false;
    const binding = source.binding(claims);
    if (!binding.needsProof && options.dpop === undefined) return this.#unlessDenied(token, draft);
    const settle = settlerOf(provider, token.mayWait);
    const ports = { platform: this.#platform, replay: this.#replay, now: this.#now, settle, ...this.#times };
    return chain(checkDpop(token.token, binding, options.dpop, ports), () => this.#unlessDenied(token, draft));
  }

  #unlessDenied(token: Judged, draft: Draft): MaybePromise<Principal> {
    const { isDenied } = this.#options;
    if (isDenied === undefined) return this.#finish(token, draft);
    const { provider } = draft;
    return settlerOf(provider, token.mayWait)<unknown, Principal>(
      () => isDenied(denyCandidate(draft)),
      (denied) => {
        // Only a clear no lets the token through.
        if (denied !== false) throw withoutStack(() => new TokenExpired("denied", { provider }));
        return this.#finish(token, draft);
      },
    );
  }

  #finish(token: Judged, draft: Draft): MaybePromise<Principal> {
    const principal = decideSubject(draft, this.#options.subject, settlerOf(draft.provider, token.mayWait));
    return principal instanceof Promise
      ? principal.then((decided) => authorise(token, decided))
      : authorise(token, principal);
  }

  #knownHeader(part: string): TokenHeader | undefined {
    for (const known of this.#headers) if (known.part === part) return known.header;
    return undefined;
  }

  #remember(part: string, header: TokenHeader): void {
    if (this.#knownHeader(part) !== undefined) return;
    this.#headers = [{ part, header }, ...this.#headers].slice(0, MAX_HEADERS);
  }
}

interface KnownHeader {
  /** As it stands in the token. */
  readonly part: string;
  readonly header: TokenHeader;
}

function denyCandidate({ provider, issuer, claims, tokenId, sessionId, issuedAt }: Draft): DenyCandidate {
  return { provider, issuer, sub: claims["sub"] as string, tokenId, sessionId, issuedAt };
}

function authorise({ source, claims, options }: Judged, principal: Principal): Principal {
  source.authorise(claims);
  checkRequirements(principal, source.scopes, options);
  return principal;
}

const settlers: Readonly<Record<Provider, readonly [atOnce: Settle, later: Settle]>> = {
  cognito: [createSettler("cognito", false), createSettler("cognito", true)],
  descope: [createSettler("descope", false), createSettler("descope", true)],
};

function settlerOf(provider: Provider, mayWait: boolean): Settle {
  return settlers[provider][mayWait ? 1 : 0];
}

/** Hooks of the application are asked once, and fail closed. */
function createSettler(provider: Provider, mayWait: boolean): Settle {
  return (run, next) => {
    let value: ReturnType<typeof run>;
    try {
      value = run();
    } catch (error) {
      throw new CheckUnavailable("hook-failed", { provider, cause: error });
    }
    if (!(value instanceof Promise)) return next(value);
    const settled = value.catch((error: unknown) => {
      throw new CheckUnavailable("hook-failed", { provider, cause: error });
    });
    if (mayWait) return settled.then(next);
    settled.catch(() => undefined);
    throw new CheckUnavailable("hook-asynchronous", { provider });
  };
}

function keySetPorts<Key>(
  platform: Platform<Key>,
  options: VerifierOptions,
  algorithms: ReadonlySet<string>,
): KeySetPorts<Key> {
  const { keys = {}, onKeys, now = Date.now, random = Math.random } = options;
  return {
    platform,
    algorithms,
    now,
    random,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    onKeys: (event) => {
      try {
        onKeys?.(event);
      } catch {
        // A metric that cannot be written must not sign anybody out.
      }
    },
    refreshMs: 1000 * readNumber("refreshSeconds", keys.refreshSeconds, 3600, 1, 604_800),
    jitter: readNumber("jitter", keys.jitter, 0.1, 0, 1),
    staleIfErrorMs: 1000 * readNumber("staleIfErrorSeconds", keys.staleIfErrorSeconds, 86_400, 0, 2_592_000),
    cooldownMs: 1000 * readNumber("cooldownSeconds", keys.cooldownSeconds, 10, 1, 3600),
    unknownKeyMs: 1000 * readNumber("unknownKeySeconds", keys.unknownKeySeconds, 60, 0, 3600),
    timeoutMs: readNumber("timeoutMs", keys.timeoutMs, 5000, 1, 60_000),
    maxBytes: readNumber("maxBytes", keys.maxBytes, 65_536, 256, 1_048_576),
  };
}

function buildRoutes<Key>(
  options: VerifierOptions,
  ports: KeySetPorts<Key>,
  now: () => number,
): { readonly routes: ReadonlyMap<string, Route<Key>>; readonly keySets: ReadonlyMap<Source, readonly KeySet<Key>[]> } {
  const routes = new Map<string, Route<Key>>();
  const keySets = new Map<Source, readonly KeySet<Key>[]>();
  const add = (source: Source, { jwksUris }: IssuerAddresses): void => {
    const byUrl = new Map<string, KeySet<Key>>();
    for (const [issuer, url] of jwksUris) {
      // An issuer that leads to two places would be trusted by the weaker of two sets of rules.
      if (routes.has(issuer)) throw new TypeError("two entries of the options have the same issuer");
      let keys = byUrl.get(url);
      if (keys === undefined) byUrl.set(url, (keys = new KeySet(url, source.id, source.provider, ports)));
      routes.set(issuer, { source, keys });
    }
    keySets.set(source, [...byUrl.values()]);
  };
  for (const pool of options.cognito) add(createCognitoSource(pool, options.cutOff, now), cognitoAddresses(pool));
  for (const project of options.descope) add(createDescopeSource(project), descopeAddresses(project));
  if (routes.size === 0) throw new TypeError("the options name neither a user pool nor a project");
  return { routes, keySets };
}

function checkSubjectPolicy({ subject }: VerifierOptions): void {
  if (subject.use !== "cognito" && subject.use !== "descope")
    throw new TypeError('"subject.use" must be cognito or descope');
  if (subject.unmapped !== "refuse" && subject.unmapped !== "keep") {
    throw new TypeError('"subject.unmapped" must be refuse or keep');
  }
}

function readNumber(option: string, value: number | undefined, preset: number, least: number, most: number): number {
  if (value === undefined) return preset;
  if (typeof value !== "number" || !(value >= least && value <= most)) {
    throw new RangeError(`"${option}" must be a number from ${least} to ${most}`);
  }
  return value;
}
