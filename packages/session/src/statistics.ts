import type { SessionError } from "./errors.ts";
import type { VerificationEvent, VerificationStatistics, VerifierOptions } from "./options.ts";
import type { Principal, Provider } from "./principal.ts";
import type { Source } from "./source.ts";

interface Accepted {
  readonly source: Source;
  count: number;
  /** Milliseconds since the epoch. */
  last: number;
}

/** Counts what became of tokens, and tells the application. */
export class Statistics {
  readonly #accepted = new Map<Source, Accepted>();
  readonly #refused: Readonly<Record<Provider | "unknown", Map<string, number>>> = {
    cognito: new Map(),
    descope: new Map(),
    unknown: new Map(),
  };
  readonly #now: () => number;
  readonly #listener: VerifierOptions["onVerification"];

  constructor(now: () => number, listener: VerifierOptions["onVerification"]) {
    this.#now = now;
    this.#listener = listener;
  }

  accept(source: Source, tokenKind: Principal["tokenKind"], at: number): void {
    const accepted = this.#accepted.get(source);
    if (accepted === undefined) {
      this.#accepted.set(source, { source, count: 1, last: at });
    } else {
      accepted.count += 1;
      accepted.last = at;
    }
    if (this.#listener === undefined) return;
    const { provider, id } = source;
    this.#tell({ outcome: "accepted", provider, source: id, tokenKind, code: undefined, reason: undefined, at });
  }

  refuse(source: Source | undefined, error: SessionError): void {
    const counts = this.#refused[source?.provider ?? "unknown"];
    const { code, reason } = error;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    if (this.#listener === undefined) return;
    this.#tell({
      outcome: "refused",
      provider: source?.provider,
      source: source?.id,
      tokenKind: undefined,
      code,
      reason,
      at: this.#now(),
    });
  }

  read(): VerificationStatistics {
    const accepted = { cognito: 0, descope: 0 };
    const lastAccepted: Partial<Record<Provider, number>> = {};
    const lastAcceptedBySource: [string, number][] = [];
    for (const { source, count, last } of this.#accepted.values()) {
      accepted[source.provider] += count;
      lastAccepted[source.provider] = Math.max(lastAccepted[source.provider] ?? last, last);
      lastAcceptedBySource.push([source.id, last]);
    }
    return {
      accepted,
      refused: {
        cognito: Object.fromEntries(this.#refused.cognito),
        descope: Object.fromEntries(this.#refused.descope),
        unknown: Object.fromEntries(this.#refused.unknown),
      },
      lastAccepted,
      lastAcceptedBySource: Object.fromEntries(lastAcceptedBySource),
    };
  }

  #tell(event: VerificationEvent): void {
    try {
      this.#listener?.(event);
    } catch {
      // A metric that cannot be written must not sign anybody out.
    }
  }
}
