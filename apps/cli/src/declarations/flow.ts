import { Argument, type Command as Commander, Option } from "commander";
import { FLOW_FORMATS, FLOW_KIND_NAMES } from "../flow/flow-names.ts";
import type { Declare } from "../program.ts";
import { wholeNumber } from "./whole-number.ts";

const PLACE = "file, directory of a snapshot, - for standard input, or project:<flow ID>";

const METHODS = ["magic-link", "otp-email", "otp-sms", "password"] as const;

/** Declares the commands for flows. */
export function declareFlowCommands(program: Commander, declare: Declare): void {
  const flow = program
    .command("flow")
    .summary("make, check, compare, draw and import Descope flows")
    .description("Make, check, compare, draw and import Descope flows.");
  declareEmit(flow, declare);
  declare(flow, {
    name: "lint",
    summary: "look for what is wrong with a flow; exits 4 when something blocks it",
    examples: [
      ["c2d flow lint sign-in.json", "a flow that was exported"],
      ["c2d flow lint project:sign-up-or-in", "a flow of the project"],
      ["c2d flow emit passwordless | c2d flow lint -", "from standard input"],
    ],
    load: async () => (await import("../commands/flow-lint.ts")).flowLint,
  }).addArgument(new Argument("<flow>", PLACE));
  declare(flow, {
    name: "import",
    summary: "bring a flow into the project; a flow that c2d did not make is never replaced",
    examples: [
      ["c2d flow import cognito-combined.json --dry-run", "what would be done"],
      ["c2d flow emit combined | c2d flow import - --yes", "make and import"],
      ["c2d flow import sign-in.json --flow-id sign-in-copy", "under another ID"],
    ],
    load: async () => (await import("../commands/flow-import.ts")).flowImport,
  })
    .addArgument(new Argument("<flow>", PLACE))
    .option("--flow-id <id>", "ID of the flow in the project (default: that of the document)")
    .option("--dry-run", "show what would be done, and write nothing");
  declare(flow, {
    name: "diff",
    summary: "say how two flows differ in what they do; exits 3 when they do",
    examples: [
      ["c2d flow diff cognito-combined.json project:cognito-combined", "a file and what the project has"],
      ["c2d flow diff before.json after.json --json", "for other programs"],
    ],
    load: async () => (await import("../commands/flow-diff.ts")).flowDiff,
  })
    .addArgument(new Argument("<from>", PLACE))
    .addArgument(new Argument("<to>", PLACE));
  declare(flow, {
    name: "draw",
    summary: "draw a flow as an SVG picture",
    examples: [["c2d flow draw project:sign-up-or-in --output sign-up-or-in.svg", "a flow of the project"]],
    load: async () => (await import("../commands/flow-draw.ts")).flowDraw,
  })
    .addArgument(new Argument("<flow>", PLACE))
    .option("--output <file>", "write the picture to a file (default: standard output)");
  declare(flow, {
    name: "convert",
    summary: "write a flow in another form, or export one from the project",
    examples: [
      ["c2d flow convert project:sign-up-or-in --output sign-up-or-in.json", "export"],
      ["c2d flow convert sign-in.json --format snapshot --output flows", "the directory of a snapshot"],
    ],
    load: async () => (await import("../commands/flow-convert.ts")).flowConvert,
  })
    .addArgument(new Argument("<flow>", PLACE))
    .addOption(formatOption())
    .option("--output <place>", "file, or directory of the snapshot (default: standard output)");
}

function declareEmit(flow: Commander, declare: Declare): void {
  declare(flow, {
    name: "emit",
    summary: "write a flow for one way of moving users; docs/flows.md says which suits whom",
    examples: [
      ["c2d flow emit combined --output flow.json", "everybody imported, passwords at the first sign-in"],
      ["c2d flow emit jit-password --template project:sign-up-or-in", "in a copy of the project's own flow"],
      ["c2d flow emit passwordless --method otp-email --no-passkeys", "codes instead of passwords"],
    ],
    load: async () => (await import("../commands/flow-emit.ts")).flowEmit,
  })
    .addArgument(new Argument("<kind>", "what the flow is for").choices(FLOW_KIND_NAMES))
    .option("--template <flow>", `keep the steps, screens and look of this flow: ${PLACE}`)
    .option("--flow-id <id>", "ID of the new flow (default: cognito- and the kind)")
    .option("--name <name>", "name of the new flow")
    .addOption(
      new Option("--identifier <what>", "what users type in to say who they are").choices([
        "email",
        "phone",
        "login-id",
      ]),
    )
    .addOption(formatOption())
    .option("--output <place>", "file, or directory of the snapshot (default: standard output)")
    .option("--connector <name>", "jit-password, combined, direct-cognito: name of the connector")
    .option("--connector-id <id>", "its ID in the project (on import the name decides)")
    .option("--timeout <seconds>", "how long the connector waits (default: 10)", wholeNumber(1, 60))
    .option("--endpoint <path>", "jit-password, combined: path of the gateway's route (default: /v1/jit/verify)")
    .option("--user-pool-id <id>", "jit-password, combined: the pool that is asked, of several")
    .addOption(
      new Option("--unknown-users <what>", "what becomes of login IDs that the project does not know").choices([
        "verify",
        "refuse",
        "sign-up",
      ]),
    )
    .addOption(
      new Option("--second-factor <when>", "jit-password, combined: when a code follows the password").choices([
        "when-asked",
        "always",
      ]),
    )
    .option("--client-id <id>", "direct-cognito: app client without a secret")
    .option("--sign-up-action <id>", "direct-cognito: action ID of the step Sign Up / Password")
    .addOption(
      new Option("--template-escaping <how>", "direct-cognito: whether the project escapes payloads").choices([
        "unknown",
        "json",
        "raw",
      ]),
    )
    .addOption(new Option("--method <method>", "passwordless, token-claims: how users sign in").choices(METHODS))
    .option("--no-passkeys", "passwordless: offer no passkey")
    .option("--provider <id>", "cognito-oidc: OAuth provider that stands for the pool (default: cognito)")
    .addOption(new Option("--afterwards <method>", "cognito-oidc: how users sign in afterwards").choices(METHODS));
}

function formatOption(): Option {
  return new Option("--format <format>", "form of the flow").choices(FLOW_FORMATS).default("exported");
}
