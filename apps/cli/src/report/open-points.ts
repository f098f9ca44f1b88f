import { countOf, formatCount } from "./amounts.ts";
import type { OpenPoint } from "./final-report.ts";
import type { FinalInput } from "./read-final-input.ts";

/** What is left to do in a migration, the most pressing first. */
export function openPoints(input: FinalInput): readonly OpenPoint[] {
  const { main, isTakenBack } = input;
  if (main === undefined) return [{ what: "No pool was read yet.", next: "`c2d assess`, then `c2d plan`" }];
  if (isTakenBack) return [{ what: "The migration was taken back.", next: "`c2d plan`, when it begins anew" }];
  return [...ofRun(main), ...ofVerification(main), ...ofConnections(input), ...ofPasswords(input)];
}

function ofRun({ run, outcomes, pending }: NonNullable<FinalInput["main"]>): readonly OpenPoint[] {
  const blockers = run.plan?.findings.filter(({ severity }) => severity === "blocker") ?? [];
  return [
    ...blockers.map(({ rule, message }) => ({
      what: `${rule}: ${message}`,
      next: "change the config, and `c2d plan` again",
    })),
    ...(run.plan === undefined ? [{ what: "The plan is not made yet.", next: "`c2d plan`" }] : []),
    ...(run.state === "planned" ? [{ what: "The plan is not applied.", next: "`c2d apply`" }] : []),
    ...(run.state === "applying" && pending > 0
      ? [{ what: `${countOf(pending, "user")} had no turn yet.`, next: "`c2d apply` goes on" }]
      : []),
    ...(outcomes.failed > 0
      ? [
          {
            what: `${countOf(outcomes.failed, "user")} failed.`,
            next: "`c2d status -v` says who and why, `c2d retry` tries again",
          },
        ]
      : []),
  ];
}

function ofVerification({ run, record, failedSignIns }: NonNullable<FinalInput["main"]>): readonly OpenPoint[] {
  if (run.state !== "applied") return [];
  const tested = record.events.some(({ type }) => type === "sign-ins-tested");
  return [
    ...(run.reconcile === undefined
      ? [{ what: "The project was not compared with the plan.", next: "`c2d reconcile`" }]
      : []),
    ...((run.reconcile?.discrepancies ?? 0) > 0
      ? [
          {
            what: `${countOf(run.reconcile?.discrepancies ?? 0, "discrepancy", "discrepancies")} between plan and project.`,
            next: "the report of the reconcile, then `c2d migrate`",
          },
        ]
      : []),
    ...(failedSignIns > 0
      ? [{ what: `${countOf(failedSignIns, "sign-in test")} had problems.`, next: "the report of the reconcile" }]
      : []),
    ...(tested ? [] : [{ what: "No sign-in was tested.", next: "`c2d reconcile --sign-in 20`" }]),
  ];
}

function ofConnections({ connections }: FinalInput): readonly OpenPoint[] {
  const half = connections.filter(({ state }) => state === "applying").length;
  return half === 0
    ? []
    : [{ what: `${countOf(half, "connection")} may be written in part.`, next: "`c2d sso apply` goes on" }];
}

function ofPasswords({ passwords }: FinalInput): readonly OpenPoint[] {
  if (passwords === undefined) return [];
  const left = (passwords.passwordUsers ?? 0) - passwords.captured;
  return left <= 0
    ? []
    : [
        {
          what: `Passwords of ${formatCount(left)} users are with the pool only: they move at the next sign-in.`,
          next: "`c2d jit status` has the forecast; whoever never signs in resets the password",
        },
      ];
}
