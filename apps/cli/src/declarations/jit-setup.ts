import { type Command as Commander, Option } from "commander";
import type { Declare } from "../program.ts";
import { jitGroup } from "./jit-group.ts";

/** Declares the commands that set just-in-time migration up, in the group that it shares with others. */
export function declareJitSetup(program: Commander, declare: Declare): void {
  const jit = jitGroup(program);
  declareSetup(jit, declare);
  declareCheck(jit, declare);
}

function declareSetup(jit: Commander, declare: Declare): void {
  declare(jit, {
    name: "setup",
    summary: "make the app client, the connector and the flow by which passwords are checked, or say how by hand",
    examples: [
      ["c2d jit setup --gateway https://jit.example.com --dry-run", "show what would be done, and write nothing"],
      ["c2d jit setup --gateway https://jit.example.com", "ask, then write; a second time writes nothing"],
      [
        "c2d jit setup --gateway https://jit.example.com --output descope-jit --by-hand",
        "leave the project to Terraform, or to the console",
      ],
      ["c2d jit setup --direct --template sign-up-or-in", "without a gateway, as the migration guide has it"],
      ["c2d jit setup --undo", "take back what it made and nobody has changed since"],
    ],
    load: async () => (await import("../commands/jit-setup.ts")).jitSetup,
  })
    .addOption(new Option("--gateway <url>", "address of the gateway, as Descope reaches it").conflicts("direct"))
    .option("--direct", "let the connector call Cognito itself: no groups, no attributes, no client secret")
    .addOption(
      new Option("--auth <right>", "by whose right passwords are checked (default: public)").choices([
        "public",
        "admin",
      ]),
    )
    .option("--user-pool-id <id>", "user pool (default: those of the config)")
    .option("--client-name <name>", "name of the app client that is made (default: cognito-to-descope-jit)")
    .option("--no-secret", "make the app client without a secret")
    .addOption(new Option("--client <id>", "use this app client as it is").conflicts("editClient"))
    .option("--edit-client <id>", "allow the check on this app client: it may be live, so look at the difference")
    .option("--connector-name <name>", "name of the connector (default: cognito-to-descope-jit)")
    .option("--connector-id <id>", "connector to change, even when it was not made by c2d")
    .option("--connector-by-hand", "the connector was made by hand, where the project does not let it be seen")
    .addOption(
      new Option("--flow-kind <kind>", "who is checked: users the project does not know, or imported ones").choices([
        "jit-password",
        "combined",
      ]),
    )
    .option("--flow-id <id>", "ID of the flow (default: cognito- and the kind)")
    .option("--template <flow-id>", "flow of the project whose screens are kept")
    .option("--sign-up-action <id>", "with --direct: action ID of the step Sign Up / Password")
    .option("--replace-flow", "write the flow anew where an earlier set-up made it")
    .option("--rotate", "make new secrets; the gateway takes the old ones too until they are removed")
    .option("--output <directory>", "write the steps and files for making connector and flow by hand")
    .option("--by-hand", "leave attributes, connector and flow to you, or to Terraform; needs --output")
    .option("--dry-run", "show what would be done, and write nothing")
    .option("--undo", "take back what was set up");
}

function declareCheck(jit: Commander, declare: Declare): void {
  declare(jit, {
    name: "check",
    summary: "try the gateway out without a user: who is refused, who is let in, and whether Descope reaches it",
    examples: [
      ["c2d jit check --gateway https://jit.example.com", "from this machine"],
      [
        "c2d jit check --gateway https://jit.example.com --through-descope",
        "and from Descope, by a flow that is removed again",
      ],
    ],
    load: async () => (await import("../commands/jit-check.ts")).jitCheck,
  })
    .requiredOption("--gateway <url>", "address of the gateway")
    .option("--through-descope", "also write a flow that calls the connector, run it, and delete it")
    .option("--connector-name <name>", "name of the connector (default: cognito-to-descope-jit)");
}
