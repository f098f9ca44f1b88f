import type { AuthorizationCheck, SettingDifference, SignInFlow } from "@cognito-to-descope/core";
import type { Output } from "../output/output.ts";
import { printable } from "../output/printable.ts";

/** Prints what is to change: what is there in red, what is to be in green. */
export function printDifferences(differences: readonly SettingDifference[], output: Output): void {
  for (const { setting, from, to } of differences) {
    const show = (value: unknown): string => printable(JSON.stringify(value));
    if (from !== undefined) output.line(output.style("red", `  - ${printable(setting)}: ${show(from)}`));
    output.line(output.style("green", `  + ${printable(setting)}: ${show(to)}`));
  }
}

/** Prints whether a real authorization request ended at a page to sign in on. */
export function printCheck(check: AuthorizationCheck, subject: string, output: Output): void {
  if (check.ok) {
    output.line(
      `${output.style("green", "sign-in page reached")}: ${subject}, at ${printable(check.trail.at(-1) ?? "")}`,
    );
    return;
  }
  output.line(`${output.style("red", "no sign-in page")}: ${subject}: ${printable(check.problem ?? "refused")}`);
  if (check.suggestion !== undefined) output.line(`  ${check.suggestion}`);
  if (check.redirectUri !== undefined) output.line(`  redirect URI: ${printable(check.redirectUri)}`);
  for (const stop of check.trail) output.line(output.style("dim", `  ${printable(stop)}`));
}

/** Says what the operator has to know of the flow that is there, or cannot be written. */
export function printFlowNote(flow: SignInFlow | undefined, output: Output): void {
  if (flow?.plan === "manual") {
    output.line("the project does not let flows be written: put the one of c2d flow emit in by hand");
  } else if (flow?.plan.operation === "keep") {
    output.line(`the flow "${flow.plan.flowId}" was changed since it was made, and stays as it is`);
  }
}

/** The flow in a JSON document. */
export function flowDocument({ flow }: { readonly flow?: SignInFlow }): object | null {
  if (flow === undefined) return null;
  const { flowId } = flow.document;
  return { flowId, operation: flow.plan === "manual" ? "manual" : flow.plan.operation };
}
