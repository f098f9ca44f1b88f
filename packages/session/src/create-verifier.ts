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
import type {
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

const ACCEPTED: Readonly<Record<Mode, Readonly<Record<Provider, boolean>>>> = {
  "cognito-only": { cognito: true, descope: false },
  dual: { cognito: true, descope: true },
  "descope-preferred": { cognito: true, descope: true },
  "descope-only": { cognito: false, descope: true },
};

const ALGORITHMS: readonly string[] = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];

/** Headers that are remembered. An issuer signs with a few keys, and each makes one header. */
const MAX_HEADERS = 64;

const NO_OPTIONS: VerifyOptions = Object.freeze({});

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
  /** Headers of tokens whose signature was right, as they stand in the token. */
  readonly #headers = new Map<string, TokenHeader>();

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
    let route: Route<Key> | undefined;
    const refuse = (error: unknown): never => {
      if (error instanceof SessionError) this.#statistics.refuse(route?.source, error);
      throw error;
    };
    const accept = (principal: Principal): Principal => {
      if (route !== undefined) this.#statistics.accept(route.source, principal.tokenKind);
      return principal;
    };
    try {
      const parts = splitToken(token, this.#maxTokenLength);
      const claims = readPart(parts.payload, this.#platform);
      route = this.#routeOf(claims);
      const result = this.#judge(token, parts, claims, route, options, mayWait);
      return result instanceof Promise ? result.then(accept).catch(refuse) : accept(result);
    } catch (error) {
      return refuse(error);
    }
  }

  #routeOf(claims: JsonObject): Route<Key> {
    const issuer = claims["iss"];
    if (typeof issuer !== "string") throw withoutStack(() => new TokenMalformed("claim-invalid"));
    const route = this.#routes.get(issuer);
    if (route === undefined) throw withoutStack(() => new TokenUntrusted("unknown-issuer"));
    return route;
  }

  #judge(
    token: string,
    parts: TokenParts,
    claims: JsonObject,
    route: Route<Key>,
    options: VerifyOptions,
    mayWait: boolean,
  ): MaybePromise<Principal> {
    const { source } = route;
    const { provider } = source;
    const mode = options.mode ?? this.#options.mode;
    if (!ACCEPTED[mode][provider]) throw withoutStack(() => new TokenRefused("mode", { provider }));
    const header = this.#headers.get(parts.header) ?? readHeader(parts.header, this.#platform);
    if (!this.#algorithms.has(header.alg))
      throw withoutStack(() => new TokenUntrusted("algorithm-refused", { provider }));
    checkTimes(claims, this.#now(), this.#times, provider);
    source.check(claims, options);
    const signature = this.#platform.decode(parts.signature);
    if (signature === undefined) throw withoutStack(() => new TokenMalformed("not-base64url", { provider }));

    const algorithm = header.alg as Parameters<Platform<Key>["verify"]>[0];
    return chain(route.keys.find(header.kid, algorithm, mayWait), (key) =>
      chain(this.#platform.verify(algorithm, key, parts.signed, signature), (isRight) => {
        if (!isRight) throw withoutStack(() => new TokenUntrusted("signature-invalid", { provider }));
        this.#remember(parts.header, header);
        return this.#admit(token, claims, source, mode, options, mayWait);
      }),
    );
  }

  /** What is asked of a token whose signature is right. */
  #admit(
    token: string,
    claims: JsonObject,
    source: Source,
    mode: Mode,
    options: VerifyOptions,
    mayWait: boolean,
  ): MaybePromise<Principal> {
    const settle = settling(source.provider, mayWait);
    const { isDenied, subject } = this.#options;
    const draft = source.normalise(claims);
    if (mode === "descope-preferred" && source.provider === "cognito") draft.preferred = false;
    const finish = (): MaybePromise<Principal> =>
      chain(decideSubject(draft, subject, settle), (principal) => {
        source.authorise(claims);
        checkRequirements(principal, source.scopes, options);
        return principal;
      });
    const unlessDenied = (): MaybePromise<Principal> =>
      isDenied === undefined
        ? finish()
        : settle<unknown, Principal>(
            () => isDenied(denyCandidate(draft)),
            (denied) => {
              // Only a clear no lets the token through.
              if (denied !== false) throw withoutStack(() => new TokenExpired("denied", { provider: source.provider }));
              return finish();
            },
          );
    const binding = source.binding(claims);
    if (!binding.needsProof && options.dpop === undefined) return unlessDenied();
    const ports = { platform: this.#platform, replay: this.#replay, now: this.#now, settle, ...this.#times };
    return chain(checkDpop(token, binding, options.dpop, ports), unlessDenied);
  }

  #remember(part: string, header: TokenHeader): void {
    if (this.#headers.has(part)) return;
    if (this.#headers.size >= MAX_HEADERS) this.#headers.clear();
    this.#headers.set(part, header);
  }
}

function denyCandidate({ provider, issuer, claims, tokenId, sessionId, issuedAt }: Draft): DenyCandidate {
  return { provider, issuer, sub: claims["sub"] as string, tokenId, sessionId, issuedAt };
}

/** Hooks of the application are asked once, and fail closed. */
function settling(provider: Provider, mayWait: boolean): Settle {
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
