import type { ListedUser, UserDetail, UserField } from "@cognito-to-descope/console/contract";
import type { Output } from "./output.ts";
import { printable, printableName } from "./printable.ts";

const OPERATION_WORDS: Readonly<Record<UserDetail["operation"], string>> = {
  create: "is to be created",
  patch: "is to be patched",
  none: "is in the project as it should be",
  skip: "is left out",
  delete: "is to be deleted",
};

/** Prints the story of one user. */
export function printUser(user: UserDetail, output: Output): void {
  const { result } = user;
  const line = (text = ""): void => output.line(text);
  line(output.style("bold", `user ${user.seq} of run ${user.run}`));
  line(`  sub ${printable(user.sub)}, ${user.kind}, of pool ${printable(user.userPoolId)}`);
  line();
  line(`  ${OPERATION_WORDS[user.operation]}: ${printable(user.reason)}`);
  if (result === null) line("  not applied yet");
  else {
    const userId = result.userId === null ? "" : `, user ID ${printable(result.userId)}`;
    const text = `  ${result.outcome}${result.failure === null ? "" : `: ${result.failure}`}${userId}`;
    line(result.outcome === "failed" ? output.style("red", text) : text);
    if (result.detail !== null && result.detail !== user.reason) line(`    ${printable(result.detail)}`);
    if (result.advice !== null) line(`    ${result.advice}`);
  }
  if (user.mergedInto !== null) line(`  became part of ${printable(user.mergedInto.sub)}`);
  for (const { sub } of user.merged) line(`  ${printable(sub)} became part of it`);
  for (const { userId, loginIds, sub } of user.inTheWay) {
    const origin = sub === null ? "was not migrated" : `is of ${printable(sub)}`;
    line(`  in the way: project user ${printable(userId)} has ${loginIds.map(printable).join(", ")} and ${origin}`);
  }
  if (user.passwordCapturedAt !== null) line(`  its password was captured at ${user.passwordCapturedAt}`);
  printFindings(user, output);
  printSides(user, output);
  if (user.groups.length > 0) {
    line();
    line(output.style("bold", "groups"));
    for (const { name, role, tenant } of user.groups) {
      const gives = [
        role === null ? "" : `role ${printableName(role)}`,
        tenant === null ? "" : `tenant ${printableName(tenant)}`,
      ];
      line(`  ${printableName(name)}: ${gives.filter((one) => one !== "").join(", ") || "-"}`);
    }
  }
  printHistory(user, output);
  if (user.masked) {
    line();
    line("  personal values are masked: --reveal shows them, and writes down that you looked");
  }
}

/** Prints users that a text fits. */
export function printUsers(users: readonly ListedUser[], more: boolean, output: Output): void {
  output.line(`${more ? "more than " : ""}${users.length} users fit:`);
  for (const { sub, loginId, operation, reason, outcome } of users) {
    output.line(`  ${printable(sub)}  ${printable(loginId ?? "-")}  ${outcome ?? operation}  ${printable(reason)}`);
  }
  output.line("  name one by its sub");
}

function printFindings({ findings }: UserDetail, output: Output): void {
  if (findings.length === 0) return;
  output.line();
  output.line(output.style("bold", "findings"));
  for (const { severity, rule, subject, advice } of findings) {
    const about = subject === null ? "" : ` (${printableName(subject)})`;
    const text = `  ${severity.padEnd(7)}  ${rule}${about}`;
    output.line(severity === "note" ? text : output.style(severity === "blocker" ? "red" : "yellow", text));
    output.line(`           ${advice}`);
  }
}

function printSides({ fields, targetAsOf }: UserDetail, output: Output): void {
  if (fields.length === 0) return;
  const asOf = { plan: "before the run", reconcile: "as reconciled", now: "now" };
  const heads = [
    "field",
    "Cognito",
    "planned",
    targetAsOf === null ? "Descope: nobody" : `Descope, ${asOf[targetAsOf]}`,
  ];
  const rows = fields.map((field) => [field.field, ...sidesOf(field)]);
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const text = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  output.line();
  output.line(output.style("bold", `  ${text(heads)}`));
  for (const [index, row] of rows.entries()) {
    const differs = fields[index]?.differs === true;
    output.line(differs ? output.style("yellow", `≠ ${text(row)}`) : `  ${text(row)}`);
  }
}

function sidesOf({ source, planned, target }: UserField): readonly string[] {
  return [source, planned, target].map((values) =>
    values === null ? "-" : values.map(printableName).join(", ") || "none",
  );
}

function printHistory({ history, unsearchedRuns }: UserDetail, output: Output): void {
  if (history.length === 0 && unsearchedRuns === 0) return;
  output.line();
  output.line(output.style("bold", "other runs"));
  for (const { run, runKind, startedAt, operation, outcome, failure } of history) {
    const became =
      outcome === null ? `${operation}, not applied` : `${outcome}${failure === null ? "" : ` (${failure})`}`;
    output.line(`  ${startedAt}  ${runKind.padEnd(8)}  ${run}  ${became}`);
  }
  if (unsearchedRuns > 0) output.line(`  ${unsearchedRuns} not searched: name one with --run to have it searched`);
}
