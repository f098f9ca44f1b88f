import type { Command as Commander } from "commander";
import type { Declare } from "../program.ts";

/** Declares the commands that act on a run while another process works on it. */
export function declareControlCommands(program: Commander, declare: Declare): void {
  declare(program, {
    name: "pause",
    summary: "hold back every further request of a run, without ending it",
    examples: [
      ["c2d pause", "the newest run; what is under way ends"],
      ["c2d pause --json", "for scripts"],
    ],
    load: async () => (await import("../commands/pause.ts")).pause,
  }).option("--run <id>", "another run than the newest");

  declare(program, {
    name: "resume",
    summary: "let a run that is paused go on",
    examples: [["c2d resume", "the newest run"]],
    load: async () => (await import("../commands/resume.ts")).resume,
  }).option("--run <id>", "another run than the newest");

  declare(program, {
    name: "throttle <bucket> <rate>",
    summary: "slow a run down, or let it use the whole quota again",
    examples: [
      ["c2d throttle user-create 50/60s", "50 batches of creates in any 60 s"],
      ["c2d throttle UserList 50%", "half of what Cognito allows"],
      ["c2d throttle UserList@eu-west-1 5", "5 requests in the bucket's window, in one region of several"],
      ["c2d throttle user-create reset", "the whole quota again"],
    ],
    load: async () => (await import("../commands/throttle.ts")).throttle,
  }).option("--run <id>", "another run than the newest");
}
