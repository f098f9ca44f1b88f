/** Whose token it was: `unknown` names no issuer that is configured. */
export type TokenIssuer = "cognito" | "descope" | "unknown";

/**
 * What a verifier of a back end had counted at one time: what `verifier.statistics()` gives, with whose counts they are. Counts of
 * an instance only grow; where they fall it was started anew.
 */
export interface StatisticsSnapshot {
  /** Name of the back end. */
  readonly verifier: string;
  /** One process of it. Empty where nobody says which one it is. */
  readonly instance: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly accepted: { readonly cognito: number; readonly descope: number };
  /** By reason. */
  readonly refused: Readonly<Record<TokenIssuer, Readonly<Record<string, number>>>>;
  /** Epoch milliseconds of the last accepted token; absent where none was. */
  readonly lastAccepted: { readonly cognito?: number; readonly descope?: number };
  /** The same for every user pool and project. */
  readonly lastAcceptedBySource: Readonly<Record<string, number>>;
}

/** What counts where a snapshot does not say it. */
export interface SnapshotDefaults {
  readonly verifier: string;
  /** Epoch milliseconds; absent where a snapshot has to say it itself. */
  readonly at?: number | undefined;
}

/**
 * Reads statistics of a verifier: as they are, or with `verifier`, `instance` and `at` beside them (epoch milliseconds, or a date as
 * ISO 8601 writes it). Undefined for anything else.
 */
export function readStatisticsSnapshot(
  value: unknown,
  defaults: SnapshotDefaults,
  parseDate: (text: string) => number,
): StatisticsSnapshot | undefined {
  if (!isObject(value) || !isObject(value["accepted"])) return undefined;
  const cognito = count(value["accepted"]["cognito"]);
  const descope = count(value["accepted"]["descope"]);
  const at = time(value["at"], parseDate) ?? (value["at"] === undefined ? defaults.at : undefined);
  if (cognito === undefined || descope === undefined || at === undefined) return undefined;
  const refused = isObject(value["refused"]) ? value["refused"] : {};
  const last = isObject(value["lastAccepted"]) ? numbers(value["lastAccepted"]) : {};
  return {
    verifier: name(value["verifier"]) ?? defaults.verifier,
    instance: name(value["instance"]) ?? "",
    at,
    accepted: { cognito, descope },
    refused: {
      cognito: numbers(refused["cognito"]),
      descope: numbers(refused["descope"]),
      unknown: numbers(refused["unknown"]),
    },
    lastAccepted: {
      ...(last["cognito"] === undefined ? {} : { cognito: last["cognito"] }),
      ...(last["descope"] === undefined ? {} : { descope: last["descope"] }),
    },
    lastAcceptedBySource: numbers(value["lastAcceptedBySource"]),
  };
}

const LONGEST_NAME = 200;

function name(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, LONGEST_NAME) : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function time(value: unknown, parseDate: (text: string) => number): number | undefined {
  const at = typeof value === "string" ? parseDate(value) : value;
  return typeof at === "number" && Number.isFinite(at) && at >= 0 && at <= 8.64e15 ? at : undefined;
}

/** The entries that are counts or times. */
function numbers(value: unknown): Readonly<Record<string, number>> {
  if (!isObject(value)) return {};
  const entries = Object.entries(value).filter((entry): entry is [string, number] => count(entry[1]) !== undefined);
  return Object.fromEntries(entries);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
