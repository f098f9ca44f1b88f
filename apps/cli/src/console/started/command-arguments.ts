import type { StartRequest } from "@cognito-to-descope/console/contract";

/** The arguments of a command as they would be typed. Nothing in them is a secret or personal. */
export function commandArguments(request: StartRequest): readonly string[] {
  switch (request.command) {
    case "plan":
      return ["plan"];
    case "apply":
      return ["apply", "--yes"];
    case "reconcile":
      return ["reconcile"];
    case "migrate":
    case "sync":
      return [request.command, request.dryRun === true ? "--dry-run" : "--yes"];
    case "retry":
      return [
        "retry",
        ...(request.classes ?? []).flatMap((name) => ["--only", name]),
        ...(request.users ?? []).flatMap((number) => ["--user", String(number)]),
        "--yes",
      ];
    case "rollback":
      return ["rollback", request.run, request.dryRun === true ? "--dry-run" : "--yes"];
    default:
      return request satisfies never;
  }
}
