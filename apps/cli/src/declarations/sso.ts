import { Argument, type Command as Commander, Option } from "commander";
import type { Declare } from "../program.ts";
import { declareSsoBridgeCommands } from "./sso-bridge.ts";

/** Vendors as `c2d sso invite` takes them. */
const VENDORS: readonly string[] = [
  "okta",
  "entra-id",
  "google-workspace",
  "adfs",
  "ping",
  "onelogin",
  "jumpcloud",
  "other",
];

/** Declares the commands that move SSO connections. */
export function declareSsoCommands(program: Commander, declare: Declare): void {
  const sso = program
    .command("sso")
    .summary("move SAML, OIDC and social connections")
    .description("Move SAML, OIDC and social connections.");
  declareSettingsCommands(sso, declare);
  declareSsoBridgeCommands(sso, declare);
}

function declareSettingsCommands(sso: Commander, declare: Declare): void {
  declare(sso, {
    name: "assess",
    summary: "read every connection, and say what moving it takes and who must do what; reads only",
    examples: [
      ["c2d sso assess", "for a person"],
      ["c2d sso assess --html sso.html --json", "as a report, and for other programs"],
    ],
    load: async () => (await import("../commands/sso-assess.ts")).ssoAssess,
  }).option("--html <file>", "write the assessment as a page of its own");
  declare(sso, {
    name: "plan",
    summary: "say what would be written for every connection, and keep that for the next apply",
    examples: [["c2d sso plan", "writes nothing to the project"]],
    load: async () => (await import("../commands/sso-plan.ts")).ssoPlan,
  });
  declare(sso, {
    name: "apply",
    summary: "write tenants and SSO settings, and read them back; one connection's fault does not stop the others",
    examples: [
      ["c2d sso apply --dry-run", "show the plan, and write nothing"],
      ["c2d sso apply", "ask, then write; run again after an interruption"],
    ],
    load: async () => (await import("../commands/sso-apply.ts")).ssoApply,
  }).option("--dry-run", "show the plan, and write nothing");
  declare(sso, {
    name: "verify",
    summary: "test connections: metadata, certificates, the request that goes out, and the last test sign-in",
    examples: [
      ["c2d sso verify", "every connection"],
      ["c2d sso verify Okta Entra", "two of them"],
    ],
    load: async () => (await import("../commands/sso-verify.ts")).ssoVerify,
  }).addArgument(new Argument("[connection...]", "connections, by name (default: all)"));
  declare(sso, {
    name: "rollback",
    summary: "take back what apply wrote, as far as nobody changed it since",
    examples: [
      ["c2d sso rollback --dry-run", "show what would be taken back"],
      ["c2d sso rollback Okta", "one connection"],
    ],
    load: async () => (await import("../commands/sso-rollback.ts")).ssoRollback,
  })
    .addArgument(new Argument("[connection...]", "connections, by name (default: all)"))
    .option("--modes <file>", "modes that the bridge follows (default: .c2d/bridge-modes.json)")
    .option("--dry-run", "show what would be taken back, and write nothing");
  declare(sso, {
    name: "invite",
    summary: "make a set-up link for the administrator of a provider, with the text of an e-mail",
    examples: [
      ["c2d sso invite Okta", "the text, with the link in it"],
      ["c2d sso invite Acme --vendor adfs", "for a provider that its addresses do not tell"],
    ],
    load: async () => (await import("../commands/sso-invite.ts")).ssoInvite,
  })
    .addArgument(new Argument("<connection>", "connection, by name"))
    .addOption(new Option("--vendor <vendor>", "whose product the provider is").choices(VENDORS));
}
