/**
 * Faults that befall chosen requests: which requests, and what happens to them. A rule counts the requests that match its
 * service and operation; `nth`, `from`/`to` or `probability` choose among them, `times` bounds how often it strikes.
 */

import { pid } from "node:process";

import { matchesOperation } from "./request-log.ts";
import { createSeededRandom } from "./seeded-random.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** What happens to a request that a rule chose. */
export type Fault =
  /** Refused as over quota, in the service's own words, before any work. */
  | { readonly kind: "throttle"; readonly retryAfterMs?: number }
  /** Answered with a status; in the service's own words unless a body is given. `afterWork`: the work is done first. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly afterWork?: boolean;
    }
  /** Answered with an HTML page, as front doors do. Status 502 unless told otherwise. */
  | {
      readonly kind: "html";
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly afterWork?: boolean;
    }
  /** Answered, but late by this much. */
  | { readonly kind: "slow"; readonly delayMs: number }
  /** Never answered; the socket stays open. `afterWork`: the work is done first. */
  | { readonly kind: "half-open"; readonly afterWork?: boolean }
  /** The connection is reset before any work. */
  | { readonly kind: "reset-before" }
  /** The work is done and the connection is reset instead of an answer. */
  | { readonly kind: "answer-lost" }
  /** The work is done and the answer breaks off. `json`: a whole HTTP answer with cut JSON; `connection`: the socket closes early. */
  | { readonly kind: "truncated"; readonly where?: "json" | "connection" }
  /** The previous answer of the same operation is given once more, without any work. */
  | { readonly kind: "duplicate-page" }
  /** The answer's `Date` header is off by this much. */
  | { readonly kind: "clock-skew"; readonly skewMs: number }
  /** The client process (see `clientPid`) is killed with SIGKILL, before or after the work; it gets no answer. */
  | { readonly kind: "kill-client"; readonly when?: "before" | "after"; readonly pid?: number };

/** One rule: which requests, and what happens to them. */
export interface FaultRule {
  /** Both services when left out. */
  readonly service?: "cognito" | "descope";
  /** Exact name, or a prefix that ends in `*`. */
  readonly operation: string;
  /** Only the n-th matching request, counted from 1. */
  readonly nth?: number;
  /** From this matching request on, counted from 1. */
  readonly from?: number;
  /** Up to and including this matching request. */
  readonly to?: number;
  /** Each matching request with this probability. */
  readonly probability?: number;
  /** Seeds the probability. @defaultValue 1 */
  readonly seed?: string | number;
  /** Strikes at most so often. */
  readonly times?: number;
  readonly fault: Fault;
}

/** A rule with what became of it. */
export interface FaultReport {
  readonly rule: FaultRule;
  /** Requests that matched service and operation. */
  readonly matched: number;
  /** How often the fault happened. */
  readonly happened: number;
}

interface RuleState {
  readonly rule: FaultRule;
  readonly random: SeededRandom;
  matched: number;
  happened: number;
}

const kinds: ReadonlySet<string> = new Set<Fault["kind"]>([
  "throttle",
  "status",
  "html",
  "slow",
  "half-open",
  "reset-before",
  "answer-lost",
  "truncated",
  "duplicate-page",
  "clock-skew",
  "kill-client",
]);

/** Holds the rules and chooses the fault of each request. */
export class FaultInjector {
  #rules: RuleState[] = [];
  /** The process that `kill-client` kills when its rule names none. */
  clientPid: number | undefined;

  /** @throws TypeError when a rule is not one, naming the rule's position and what is wrong. */
  constructor(rules: readonly FaultRule[] = []) {
    this.add(rules);
  }

  /** True while any rule asks for repeated answers, which the wire must then remember. */
  get wantsPreviousAnswers(): boolean {
    return this.#rules.some(({ rule }) => rule.fault.kind === "duplicate-page");
  }

  /** Adds rules; they count from now on. */
  add(rules: readonly FaultRule[]): void {
    const states = parseFaultRules(rules).map((rule) => ({
      rule,
      random: createSeededRandom(rule.seed ?? 1),
      matched: 0,
      happened: 0,
    }));
    this.#rules.push(...states);
  }

  /** Removes every rule. */
  clear(): void {
    this.#rules = [];
  }

  /**
   * Counts a request for every rule and gives the first rule's fault that strikes.
   *
   * @param possible - Says whether a fault can happen to this request; one that cannot leaves the request alone.
   */
  strike(
    service: "cognito" | "descope",
    operation: string,
    possible: (fault: Fault) => boolean = () => true,
  ): Fault | undefined {
    let struck: Fault | undefined;
    for (const state of this.#rules) {
      const { rule } = state;
      if (rule.service !== undefined && rule.service !== service) continue;
      if (!matchesOperation(rule.operation, operation)) continue;
      state.matched += 1;
      const chosen =
        (rule.nth === undefined || state.matched === rule.nth) &&
        (rule.from === undefined || state.matched >= rule.from) &&
        (rule.to === undefined || state.matched <= rule.to) &&
        (rule.probability === undefined || state.random.chance(rule.probability));
      if (struck !== undefined || !chosen || (rule.times !== undefined && state.happened >= rule.times)) continue;
      if (!possible(rule.fault)) continue;
      state.happened += 1;
      struck = rule.fault;
    }
    return struck;
  }

  /** Every rule with how often it matched and happened. */
  reports(): readonly FaultReport[] {
    return this.#rules.map(({ rule, matched, happened }) => ({ rule, matched, happened }));
  }

  /** Rules whose fault never happened: a test that set them proved nothing. */
  neverHappened(): readonly FaultRule[] {
    return this.#rules.filter(({ happened }) => happened === 0).map(({ rule }) => rule);
  }

  /**
   * Ends a test that set faults.
   *
   * @throws Error naming every rule whose fault never happened, and how many requests matched it.
   */
  assertAllHappened(): void {
    const missed = this.#rules.filter(({ happened }) => happened === 0);
    if (missed.length === 0) return;
    const list = missed.map(
      ({ rule, matched }) => `${rule.fault.kind} at ${rule.operation} (${matched} requests matched)`,
    );
    throw new Error(`faults that were set never happened: ${list.join("; ")}`);
  }
}

/**
 * Checks that a JSON value is a list of fault rules.
 *
 * @throws TypeError naming every rule that is wrong and why.
 */
export function parseFaultRules(value: unknown): readonly FaultRule[] {
  if (!Array.isArray(value)) throw new TypeError("faults must be a list of rules");
  const problems = value.flatMap((rule: unknown, index) =>
    ruleProblems(rule).map((text) => `faults[${index}]: ${text}`),
  );
  if (problems.length > 0) throw new TypeError(problems.join("; "));
  return value as readonly FaultRule[];
}

function ruleProblems(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return ["must be an object"];
  const rule = value as Record<string, unknown>;
  const problems: string[] = [];
  if (typeof rule["operation"] !== "string" || rule["operation"] === "") problems.push('"operation" must be a name');
  if (rule["service"] !== undefined && rule["service"] !== "cognito" && rule["service"] !== "descope") {
    problems.push('"service" must be "cognito" or "descope"');
  }
  for (const key of ["nth", "from", "to", "times"]) {
    const number = rule[key];
    if (number !== undefined && (!Number.isInteger(number) || (number as number) < 1)) {
      problems.push(`"${key}" must be a positive integer`);
    }
  }
  const probability = rule["probability"];
  if (probability !== undefined && !(typeof probability === "number" && probability >= 0 && probability <= 1)) {
    problems.push('"probability" must be from 0 to 1');
  }
  const fault = rule["fault"];
  const kind = typeof fault === "object" && fault !== null ? (fault as Record<string, unknown>)["kind"] : undefined;
  if (typeof kind !== "string" || !kinds.has(kind)) {
    problems.push(`"fault.kind" must be one of ${[...kinds].join(", ")}`);
    return problems;
  }
  const need = (key: string, ok: (value: unknown) => boolean, what: string): void => {
    if (!ok((fault as Record<string, unknown>)[key])) problems.push(`"fault.${key}" must be ${what}`);
  };
  const status = (x: unknown): boolean => Number.isInteger(x) && (x as number) >= 200 && (x as number) <= 599;
  const duration = (x: unknown): boolean => typeof x === "number" && x >= 0;
  if (kind === "status") need("status", status, "an HTTP status");
  if (kind === "html") need("status", (x) => x === undefined || status(x), "an HTTP status");
  if (kind === "slow") need("delayMs", duration, "milliseconds");
  if (kind === "throttle") need("retryAfterMs", (x) => x === undefined || duration(x), "milliseconds");
  if (kind === "clock-skew") need("skewMs", (x) => typeof x === "number", "milliseconds");
  if (kind === "kill-client") need("pid", (x) => x === undefined || isProcessId(x), "a process id above 1");
  return problems;
}

/** Tells whether a value names a process that may be killed: any but init and this one. */
export function isProcessId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 1 && value !== pid;
}
