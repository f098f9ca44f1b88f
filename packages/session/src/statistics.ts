import type { SessionError } from "./errors.ts";
import type { VerificationEvent, VerificationStatistics, VerifierOptions } from "./options.ts";
import type { Principal, Provider } from "./principal.ts";
import type { Source } from "./source.ts";

/** Counts what became of tokens, and tells the application. */
export class Statistics {
  readonly #accepted = { cognito: 0, descope: 0 };
  readonly #refused: Record<Provider | "unknown", Map<string, number>> = {
    cognito: new Map(),
    descope: new Map(),
    unknown: new Map(),
  };
  readonly #lastAccepted = new Map<Provider, number>();
  readonly #lastBySource = new Map<string, number>();
  readonly #now: () => number;
  readonly #listener: VerifierOptions["onVerification"];

  constructor(now: () => number, listener: VerifierOptions["onVerification"]) {
    this.#now = now;
    this.#listener = listener;
  }

  accept(source: Source, tokenKind: Principal["tokenKind"]): void {
    const { provider, id } = source;
    const at = this.#now();
    this.#accepted[provider] += 1;
    this.#lastAccepted.set(provider, at);
    this.#lastBySource.set(id, at);
    if (this.#listener === undefined) return;
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
    return {
      accepted: { ...this.#accepted },
      refused: {
        cognito: Object.fromEntries(this.#refused.cognito),
        descope: Object.fromEntries(this.#refused.descope),
        unknown: Object.fromEntries(this.#refused.unknown),
      },
      lastAccepted: Object.fromEntries(this.#lastAccepted),
      lastAcceptedBySource: Object.fromEntries(this.#lastBySource),
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
