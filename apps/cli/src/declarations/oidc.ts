import { type Command as Commander, Option } from "commander";
import type { Declare } from "../program.ts";

/** Declares the commands that join the sign-in pages of both services by OpenID Connect. */
export function declareOidcCommands(program: Commander, declare: Declare): void {
  const oidc = program
    .command("oidc")
    .summary("sign in through Cognito, or through Descope at Cognito, by OpenID Connect")
    .description("Sign in through Cognito, or through Descope at Cognito, by OpenID Connect.");
  declare(oidc, {
    name: "setup",
    summary: "make the user pool an OAuth provider of the project, and check it with a real authorization request",
    examples: [
      ["c2d oidc setup --dry-run", "show what would be made or changed, and write nothing"],
      ["c2d oidc setup", "ask, then make the app client and the provider"],
      ["c2d oidc setup --print terraform > cognito.tf.json", "where Terraform keeps the project"],
      ["c2d oidc setup --undo", "delete both again"],
    ],
    load: async () => (await import("../commands/oidc-setup.ts")).oidcSetup,
  })
    .option("--user-pool-id <id>", "user pool, where the config has several")
    .option("--provider-id <id>", "ID of the OAuth provider in the project", "cognito")
    .option("--client <id>", "live app client to use and to change (default: a new one for Descope alone)")
    .option("--callback-domain <host>", "domain of the project's own, to which users come back")
    .option("--callback-url <url...>", "further addresses that users may come back to")
    .option("--trust-emails", "take email addresses of the pool for proved, though it does not prove all of them")
    .option("--update-profiles", "let each sign-in through Cognito overwrite the profile in Descope")
    .option("--take-over", "change the provider of that ID though c2d did not make it")
    .addOption(new Option("--print <format>", "print the provider as a document").choices(["terraform", "snapshot"]))
    .option("--flow <id>", "ID of the flow that sends users to Cognito once (default: the provider's ID and -oidc)")
    .option("--no-flow", "make no flow")
    .addOption(
      new Option("--afterwards <method>", "how users sign in at Descope from then on")
        .choices(["magic-link", "otp-email", "otp-sms", "password"])
        .default("magic-link"),
    )
    .option("--dry-run", "write nothing")
    .option("--undo", "delete the flow, the provider and the app client again");

  declare(oidc, {
    name: "reverse",
    summary:
      "make the project an OIDC identity provider of the user pool, and check it with a real authorization request",
    examples: [
      ["c2d oidc reverse --client 1example23456789 --dry-run", "show what would be made or changed"],
      ["c2d oidc reverse --client 1example23456789 --yes", "let the users of an app client sign in through Descope"],
      ["c2d oidc reverse --undo --yes", "take it back"],
    ],
    load: async () => (await import("../commands/oidc-reverse.ts")).oidcReverse,
  })
    .option("--user-pool-id <id>", "user pool, where the config has several")
    .option("--client <id...>", "live app clients that are to offer Descope (default: none yet)")
    .option("--provider-name <name>", "name of the identity provider, as users see it", "Descope")
    .option("--app-name <name>", "name of the application in the project", "Amazon Cognito")
    .option("--flow <id>", "flow that signs users in and puts their email into the token", "cognito-token-claims")
    .option("--no-make-flow", "make no such flow: it is one of your own")
    .option("--login-page-url <url>", "page that shows the flow (default: Descope's own, with that flow)")
    .option("--default-app", "use the project's default application and an access key")
    .option("--dry-run", "write nothing")
    .option("--undo", "take the provider off the app clients, and delete it and the application");
}
