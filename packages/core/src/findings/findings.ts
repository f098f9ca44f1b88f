import type { Finding, UserFinding } from "./finding.ts";
import { FINDING_RULES, type FindingRule } from "./rules.ts";

const MAX_SUBJECTS = 20;

/** Counts findings by rule. */
export interface Findings {
  add(rule: FindingRule, subject?: string): void;
  addUser(findings: readonly UserFinding[]): void;
  /** Takes the findings of a user back that was counted before. */
  removeUser(findings: readonly UserFinding[]): void;
  /** Blockers first, then warnings, then notes; most frequent first. */
  list(): readonly Finding[];
}

/** Starts an empty count. */
export function createFindings(): Findings {
  const counts = new Map<FindingRule, { count: number; subjects: Map<string, number> }>();

  function change(rule: FindingRule, subject: string | undefined, by: 1 | -1): void {
    let entry = counts.get(rule);
    if (entry === undefined) counts.set(rule, (entry = { count: 0, subjects: new Map() }));
    entry.count += by;
    if (subject === undefined) return;
    const seen = entry.subjects.get(subject);
    // Subjects are names of attributes, groups and statuses: few. The bound is for a pool that has very many of them.
    if (seen !== undefined || entry.subjects.size < 1000) entry.subjects.set(subject, (seen ?? 0) + by);
  }

  return {
    add: (rule, subject) => change(rule, subject, 1),
    addUser: (findings) => findings.forEach(({ rule, subject }) => change(rule, subject, 1)),
    removeUser: (findings) => findings.forEach(({ rule, subject }) => change(rule, subject, -1)),
    list: () =>
      [...counts]
        .filter(([, { count }]) => count > 0)
        .map(([rule, { count, subjects }]) => ({
          rule,
          severity: FINDING_RULES[rule][0],
          count,
          message: FINDING_RULES[rule][1],
          subjects: [...subjects]
            .filter(([, seen]) => seen > 0)
            .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
            .slice(0, MAX_SUBJECTS)
            .map(([subject]) => subject),
        }))
        .sort((a, b) => rank(a) - rank(b) || b.count - a.count || (a.rule < b.rule ? -1 : 1)),
  };
}

function rank(finding: Finding): number {
  return finding.severity === "blocker" ? 0 : finding.severity === "warning" ? 1 : 2;
}
