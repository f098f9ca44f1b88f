import { KeysUnavailable, type SessionError, TokenUntrusted, withoutStack } from "./errors.ts";
import { readJwk } from "./jwk.ts";
import type { Algorithm, KeyEvent, KeyFailure, MaybePromise, VerifierOptions } from "./options.ts";
import type { Platform } from "./platform.ts";
import { KeyReadFailed, readJwks, type ReadLimits } from "./read-jwks.ts";
import type { Provider } from "./principal.ts";

/** What a key set needs of its surroundings, with times in milliseconds. */
export interface KeySetPorts<Key> extends ReadLimits {
  readonly platform: Platform<Key>;
  readonly algorithms: ReadonlySet<string>;
  readonly now: () => number;
  readonly random: () => number;
  readonly fetch: NonNullable<VerifierOptions["fetch"]>;
  readonly onKeys: (event: KeyEvent) => void;
  readonly refreshMs: number;
  readonly jitter: number;
  readonly staleIfErrorMs: number;
  readonly cooldownMs: number;
  readonly unknownKeyMs: number;
}

type KeysByAlgorithm<Key> = Partial<Record<string, Key>>;

/** Most key IDs that are remembered as unknown. */
const MAX_UNKNOWN = 1000;

/**
 * The keys of one issuer.
 *
 * States: _empty_ until the first reading succeeds; _fresh_ until `refreshAt`; then _due_, in which keys are used and
 * the next use begins a reading; and _stale_ when a reading has failed, until `staleIfErrorMs` after the last good one,
 * when it is _empty_ again. There is no timer: readings begin with uses, at most one runs at a time, and none begins
 * within the cooldown of the one before, however that ended.
 */
export class KeySet<Key> {
  readonly url: string;
  readonly #source: string;
  readonly #provider: Provider;
  readonly #ports: KeySetPorts<Key>;
  #keys: ReadonlyMap<string, KeysByAlgorithm<Key>> | undefined;
  #readAt = 0;
  #refreshAt = 0;
  #nextReadAt = 0;
  #hasFailed = false;
  #pending: Promise<KeyFailure | undefined> | undefined;
  readonly #unknown = new Map<string, number>();

  constructor(url: string, source: string, provider: Provider, ports: KeySetPorts<Key>) {
    this.url = url;
    this.#source = source;
    this.#provider = provider;
    this.#ports = ports;
  }

  /**
   * The key of an ID for an algorithm.
   *
   * @param mayWait - Whether a promise may be given; without it, what is not there is refused at once.
   * @param now - Milliseconds since the epoch.
   * @throws KeysUnavailable, TokenUntrusted
   */
  find(kid: string, algorithm: string, mayWait: boolean, now: number): MaybePromise<Key> {
    const keys = this.#usable(now);
    if (keys === undefined) return this.#readFirst(kid, algorithm, mayWait, now);
    const found = keys.get(kid);
    if (found === undefined) return this.#lookFor(kid, algorithm, mayWait, now);
    if (now >= this.#refreshAt) {
      const reading = this.#begin(now);
      // After a long rest the key may have been withdrawn meanwhile; when readings fail, nobody waits for another.
      const isLongDue = now - this.#readAt > 2 * this.#ports.refreshMs && !this.#hasFailed;
      if (isLongDue && mayWait && reading !== undefined) {
        return reading.then(() => this.#choose(this.#keys?.get(kid), algorithm));
      }
    }
    return this.#choose(found, algorithm);
  }

  /** Reads keys unless they are fresh. Gives why there are none in the end. */
  async load(): Promise<KeyFailure | undefined> {
    const now = this.#ports.now();
    if (this.#usable(now) !== undefined && now < this.#refreshAt) return undefined;
    const failure = await this.#begin(now);
    return this.#usable(this.#ports.now()) === undefined ? (failure ?? "unreachable") : undefined;
  }

  #usable(now: number): ReadonlyMap<string, KeysByAlgorithm<Key>> | undefined {
    if (this.#keys !== undefined && now - this.#readAt > this.#ports.staleIfErrorMs) this.#keys = undefined;
    return this.#keys;
  }

  #readFirst(kid: string, algorithm: string, mayWait: boolean, now: number): MaybePromise<Key> {
    const reading = this.#begin(now);
    if (reading === undefined || !mayWait) throw this.#unavailable("keys-unavailable", now);
    return reading.then(() => {
      const keys = this.#usable(this.#ports.now());
      if (keys === undefined) throw this.#unavailable("keys-unavailable", this.#ports.now());
      return this.#choose(keys.get(kid), algorithm);
    });
  }

  #lookFor(kid: string, algorithm: string, mayWait: boolean, now: number): MaybePromise<Key> {
    const until = this.#unknown.get(kid);
    if (until !== undefined && until > now) throw this.#untrusted("key-unknown");
    const reading = this.#begin(now);
    // Whether the key exists is not known now, and a token that may be good must not sign its user out.
    if (reading === undefined) throw this.#unavailable("keys-cooling-down", now);
    if (!mayWait) throw this.#unavailable("keys-unavailable", now);
    return reading.then((failure) => {
      const found = this.#keys?.get(kid);
      if (found !== undefined) return this.#choose(found, algorithm);
      if (failure !== undefined) throw this.#unavailable("keys-unavailable", this.#ports.now());
      this.#unknown.delete(kid);
      if (this.#unknown.size >= MAX_UNKNOWN) {
        for (const oldest of this.#unknown.keys()) {
          this.#unknown.delete(oldest);
          break;
        }
      }
      this.#unknown.set(kid, this.#ports.now() + this.#ports.unknownKeyMs);
      throw this.#untrusted("key-unknown");
    });
  }

  #choose(found: KeysByAlgorithm<Key> | undefined, algorithm: string): Key {
    if (found === undefined) throw this.#untrusted("key-unknown");
    const key = found[algorithm];
    if (key === undefined) throw this.#untrusted("key-unfit");
    return key;
  }

  /** The reading that runs, or a new one; undefined during the cooldown. The promise never rejects. */
  #begin(now: number): Promise<KeyFailure | undefined> | undefined {
    if (this.#pending !== undefined) return this.#pending;
    if (now < this.#nextReadAt) return undefined;
    this.#nextReadAt = now + this.#ports.cooldownMs;
    const reading = this.#read().then((failure) => {
      this.#pending = undefined;
      return failure;
    });
    this.#pending = reading;
    return reading;
  }

  async #read(): Promise<KeyFailure | undefined> {
    const { now, random, refreshMs, jitter, cooldownMs, onKeys } = this.#ports;
    let failure: KeyFailure | undefined;
    try {
      const keys = await this.#import(await readJwks(this.#ports.fetch, this.url, this.#ports));
      // An empty JWKS is a fault of the endpoint sooner than the end of all keys.
      if (keys.size === 0) throw new KeyReadFailed("no-usable-key");
      this.#keys = keys;
      this.#readAt = now();
      this.#refreshAt = this.#readAt + refreshMs * (1 - jitter * random());
      this.#hasFailed = false;
      for (const kid of keys.keys()) this.#unknown.delete(kid);
    } catch (error) {
      failure = error instanceof KeyReadFailed ? error.failure : "unreachable";
      this.#hasFailed = true;
      this.#nextReadAt = now() + cooldownMs;
    }
    const kind = failure === undefined ? "read" : "failed";
    onKeys({ kind, source: this.#source, keys: this.#keys?.size ?? 0, failure, at: now() });
    return failure;
  }

  async #import(list: readonly unknown[]): Promise<ReadonlyMap<string, KeysByAlgorithm<Key>>> {
    const { platform, algorithms } = this.#ports;
    const keys = new Map<string, KeysByAlgorithm<Key>>();
    for (const member of list) {
      const usable = readJwk(member, platform.decode);
      // Of two keys with one ID nobody can say which is meant; the first is what other verifiers take too.
      if (usable?.kid === undefined || usable.kid === "" || keys.has(usable.kid)) continue;
      const imported: KeysByAlgorithm<Key> = {};
      for (const algorithm of usable.algorithms) {
        if (!algorithms.has(algorithm)) continue;
        const key = await importOrSkip(platform, usable.jwk, algorithm);
        if (key !== undefined) imported[algorithm] = key;
      }
      if (Object.keys(imported).length > 0) keys.set(usable.kid, imported);
    }
    return keys;
  }

  #unavailable(reason: "keys-unavailable" | "keys-cooling-down", now: number): SessionError {
    const retryAfterSeconds = Math.max(1, Math.ceil((this.#nextReadAt - now) / 1000));
    return withoutStack(() => new KeysUnavailable(reason, { provider: this.#provider, retryAfterSeconds }));
  }

  #untrusted(reason: "key-unknown" | "key-unfit"): SessionError {
    return withoutStack(() => new TokenUntrusted(reason, { provider: this.#provider }));
  }
}

/** A key that the platform does not take is left out: the others are good. */
async function importOrSkip<Key>(
  platform: Platform<Key>,
  jwk: Parameters<Platform<Key>["importKey"]>[0],
  algorithm: Algorithm,
): Promise<Key | undefined> {
  try {
    return await platform.importKey(jwk, algorithm);
  } catch {
    return undefined;
  }
}
