import type { Assessment, Finding } from "@cognito-to-descope/core";
import type { Output } from "./output.ts";
import { printFindings } from "./print-findings.ts";
import { countOf, formatCount, formatDuration, printable, printableName } from "./printable.ts";

const SHOWN = 10;

/** How many pools have a line of their own where not all are asked for. */
const SHOWN_LINES = 20;

/** Of how many pools the details are shown where not all are asked for. */
const SHOWN_POOLS = 5;

/** Prints assessments for a person: pool by pool, and before that all of them in short where there are several. */
export function printAssessments(
  assessments: readonly Assessment[],
  findings: readonly Finding[],
  output: Output,
): void {
  if (assessments.length < 2) {
    for (const assessment of assessments) printAssessment(assessment, output);
    return;
  }
  const users = assessments.reduce((sum, { observation }) => sum + observation.users, 0);
  output.line(output.style("bold", `${formatCount(assessments.length)} pools, ${countOf(users, "user")}`));
  const byUsers = [...assessments].sort((a, b) => b.observation.users - a.observation.users);
  const listed = output.verbose ? assessments : byUsers.slice(0, SHOWN_LINES);
  const width = Math.max(...listed.map(({ pool }) => pool.userPoolId.length));
  for (const { pool, observation } of listed) {
    const name = `"${printableName(pool.name)}"`;
    output.line(
      `  ${pool.userPoolId.padEnd(width)}  ${formatCount(observation.users).padStart(11)} users  ${countOf(pool.groups.length, "group")}  ${name}`,
    );
  }
  if (listed.length < assessments.length) {
    output.line(`  and ${formatCount(assessments.length - listed.length)} smaller ones`);
  }
  output.line();
  output.line(output.style("bold", "all pools together"));
  printFindings(findings, output);
  if (assessments.length > SHOWN_POOLS && !output.verbose) {
    output.line();
    output.line("  -v, --html and --json show each pool");
    return;
  }
  for (const assessment of assessments) {
    output.line();
    printAssessment(assessment, output);
  }
}

function printAssessment(assessment: Assessment, output: Output): void {
  const { pool, observation, groupSizes, attributes } = assessment;
  const section = (title: string): void => {
    output.line();
    output.line(output.style("bold", title));
  };
  const fact = (name: string, value: string): void => output.line(`  ${name.padEnd(16)}${value}`);
  const counts = (record: Readonly<Record<string, number>>): string =>
    list(
      Object.entries(record)
        .sort(([, a], [, b]) => b - a)
        .map(([name, count]) => `${formatCount(count)} ${name}`),
    );

  output.line(output.style("bold", `pool ${pool.userPoolId} "${printable(pool.name)}" in ${pool.region}`));
  section("users");
  fact("in all", formatCount(observation.users));
  fact("by status", counts(observation.byStatus));
  fact(
    "enabled",
    `${formatCount(observation.users - observation.disabled)}, ${formatCount(observation.disabled)} disabled`,
  );
  fact(
    "sign in",
    `${formatCount(observation.native)} native, ${formatCount(observation.federated)} federated, ${formatCount(observation.linked)} linked`,
  );
  fact("email", `${formatCount(observation.verifiedEmail)} verified, ${formatCount(observation.unverifiedEmail)} not`);
  fact("phone", `${formatCount(observation.verifiedPhone)} verified, ${formatCount(observation.unverifiedPhone)} not`);
  fact("no contact", formatCount(observation.noContact));

  section("pool");
  const { mfa } = pool;
  const factors = [mfa.sms && "SMS", mfa.totp && "TOTP", mfa.email && "email", mfa.passkeys && "passkeys"];
  fact("MFA", `${mfa.configuration}${factors.some(Boolean) ? `: ${factors.filter(Boolean).join(", ")}` : ""}`);
  fact(
    "groups",
    `${countOf(pool.groups.length, "group")}, ${formatCount(observation.memberships)} memberships, at most ${observation.mostGroupsOfOneUser} of one user`,
  );
  fact("", counts(groupSizes));
  fact("app clients", list(pool.appClients.map(({ name }) => name)));
  fact("connections", list(pool.identityProviders.map(({ name, type }) => `${name} (${type})`)));
  if (Object.keys(observation.byConnection).length > 0) fact("", `users: ${counts(observation.byConnection)}`);
  fact("triggers", list(Object.keys(pool.triggers)));
  fact("domain", pool.customDomain ?? (pool.domain === undefined ? "none" : `${pool.domain} (Cognito's)`));

  section("attributes");
  for (const { source, target, type, users } of attributes) {
    output.line(
      `  ${printableName(source).padEnd(30)} → ${target.padEnd(24)} ${type.padEnd(8)} ${countOf(users, "user")}`,
    );
  }
  section("what cannot move");
  for (const sentence of assessment.cannotMove) output.line(`  ${sentence}`);
  printFindings(assessment.findings, output);
  section("strategies");
  for (const { strategy, fits, reasons } of assessment.strategies) {
    output.line(`  ${strategy.padEnd(14)}${fits.padEnd(10)}${reasons.join("; ")}`);
  }
  section("time at the quotas");
  for (const { step, requests, seconds, quota } of assessment.durations) {
    output.line(`  ${step.padEnd(14)}${formatDuration(seconds).padEnd(14)}${countOf(requests, "request")}, ${quota}`);
  }
}

function list(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const shown = names.slice(0, SHOWN).map(printableName).join(", ");
  return names.length > SHOWN ? `${shown}, and ${names.length - SHOWN} more` : shown;
}
