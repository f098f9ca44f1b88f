import { Argument, type Command as Commander, Option } from "commander";
import { EMIT_FORMAT_NAMES, EMIT_TARGET_NAMES, TOKEN_TARGET_NAMES } from "../aws/target-names.ts";
import { declareEmitGateway } from "./emit-gateway.ts";
import { declareEmitTriggers } from "./emit-triggers.ts";
import type { Declare } from "../program.ts";
import { wholeNumber } from "./whole-number.ts";

const SUBJECT = new Option("--subject <whose>", "whose ID is the sub of the tokens").choices(["descope", "cognito"]);

/** Declares the commands that are about the services around the pool. */
export function declareAwsCommands(program: Commander, declare: Declare): void {
  const aws = program
    .command("aws")
    .summary("make AWS services accept Descope's tokens")
    .description("Make AWS services accept Descope's tokens.");
  declareInventory(aws, declare);
  declareEmit(aws, declare);
  declareCheck(aws, declare);
  declarePolicy(aws, declare);
  declareJwtTemplate(program, declare);
  declareToken(program, declare);
  declareRoleMap(program, declare);
}

function declareInventory(aws: Commander, declare: Declare): void {
  declare(aws, {
    name: "inventory",
    summary: "list what trusts the user pool today, and the change that each needs; reads only",
    examples: [
      ["c2d aws inventory", "for the pools of the config, in their regions"],
      ["c2d aws inventory --region eu-central-1", "in another region"],
      ["c2d aws inventory --json", "for other programs"],
    ],
    load: async () => (await import("../commands/aws-inventory.ts")).awsInventory,
  })
    .option("--region <region...>", "regions to look through (default: those of the pools)")
    .option("--endpoint <url>", "takes the place of every service's endpoint, for emulators");
}

function declareEmit(aws: Commander, declare: Declare): void {
  const emit = declare(aws, {
    name: "emit",
    summary: "write what makes a service accept Descope's tokens: CloudFormation, CDK, Terraform, runbook",
    examples: [
      ["c2d aws emit http-api-jwt --api-id a1b2c3d4e5 --token-file token.txt", "issuer and audience from a real token"],
      [
        "c2d aws emit rest-api-jwt --api-id a1b2c3d4e5 --app-client 4abc --issuer https://…",
        "with the issuer as given",
      ],
      ["c2d aws emit alb-jwt … --format terraform --output alb", "a directory with the runbook beside it"],
      ["c2d aws emit jwt-template", "the JWT template that `c2d jwt-template apply` makes"],
    ],
    load: async () => (await import("../commands/aws-emit.ts")).awsEmit,
  })
    .addArgument(new Argument("<target>", "what is to accept Descope's tokens").choices(EMIT_TARGET_NAMES))
    .addOption(new Option("--format <format>", "format of the document").choices(EMIT_FORMAT_NAMES))
    .option("--output <directory>", "write the document, the runbook and what else there is into a directory")
    .option("--issuer <url>", "iss of Descope's tokens, to the character")
    .option("--audience <value...>", "aud of Descope's tokens (default: the project ID)")
    .option("--token-file <file>", "take issuer and audience from this session token; - reads standard input")
    .option("--project-id <id>", "Descope project (default: that of the config)")
    .option("--region <region>", "AWS region (default: that of the first pool)")
    .option("--app-client <id...>", "app clients whose tokens stay good; <pool>/<client> beside several pools")
    .addOption(new Option("--cognito-issuer <form>", "host that the pools issue from").choices(["original", "updated"]))
    .option("--name <name>", "begins the names of what is created (default: descope)")
    .option("--api-id <id>", "API of API Gateway or AppSync")
    .option("--api-name <name>", "name of the AppSync API")
    .addOption(new Option("--default-action <action>", "of the AppSync API, as it is today").choices(["ALLOW", "DENY"]))
    .addOption(
      new Option("--keep-mode <mode...>", "other modes of the AppSync API that stay").choices(["API_KEY", "AWS_IAM"]),
    )
    .option("--listener-arn <arn>", "listener of the load balancer")
    .option("--target-group-arn <arn>", "target group that the rule forwards to")
    .option("--priority <number>", "priority of the rule", wholeNumber(1, 50_000))
    .option("--path <pattern...>", "path patterns of the rule")
    .option("--host <pattern...>", "host patterns of the rule")
    .option("--client-id <id>", "OIDC client of the load balancer (default: the project ID)")
    .option("--scope <scopes>", 'scopes that the load balancer asks for (default: "openid profile email")')
    .option("--identity-pool-id <id>", "identity pool")
    .option("--identity-pool-name <name>", "its name, as it is")
    .addOption(new Option("--guests <choice>", "of the identity pool, as it is today").choices(["allow", "deny"]))
    .option("--role-arn <arn>", "its role of signed-in users, as it is")
    .option("--role-rule <rule...>", "role by claim: <claim>=<value>=<role ARN>")
    .addOption(new Option("--responses <kind>", "of a function for an HTTP API").choices(["simple", "iam"]))
    .addOption(new Option("--event <kind>", "what a function for a REST API is given").choices(["token", "request"]))
    .option("--cache-seconds <number>", "how long a function's answer is kept (default: 60)", wholeNumber(0, 3600))
    .addOption(SUBJECT);
  declareEmitTriggers(emit, declare);
  declareEmitGateway(emit, declare);
}

function declareCheck(aws: Commander, declare: Declare): void {
  declare(aws, {
    name: "check",
    summary: "say which AWS services would accept a session token of Descope, and why not; never prints the token",
    examples: [
      ["c2d aws check --token-file token.txt", "for every service"],
      ["pbpaste | c2d aws check --token-file - --target http-api-jwt", "for one, with the token from the clipboard"],
    ],
    load: async () => (await import("../commands/aws-check.ts")).awsCheck,
  })
    .requiredOption("--token-file <file>", "file with the token; - reads standard input")
    .addOption(new Option("--target <target...>", "services (default: all)").choices(TOKEN_TARGET_NAMES))
    .option("--issuer <url>", "issuer that is configured in AWS (default: that of the token)")
    .option("--audience <value...>", "audiences that are configured in AWS (default: the project ID)")
    .option("--scope <scope...>", "scopes of the route; one of them is enough")
    .option("--project-id <id>", "Descope project (default: that of the config)");
}

function declarePolicy(aws: Commander, declare: Declare): void {
  declare(aws, {
    name: "policy",
    summary: "print the least IAM policy that reads the pool",
    examples: [
      ["c2d aws policy", "for the pool of the config"],
      ["c2d aws policy --inventory", "with what `c2d aws inventory` reads"],
      ["c2d aws policy --user-pool-id us-east-1_AbCdEf123 --account 123456789012", "without a config"],
    ],
    load: async () => (await import("../commands/aws-policy.ts")).awsPolicy,
  })
    .option("--user-pool-id <id>", "user pool (default: those of the config)")
    .option("--region <region>", "AWS region (default: the one that the user pool ID begins with)")
    .option("--account <id>", "AWS account, twelve digits (default: any)")
    .option("--inventory", "add what `c2d aws inventory` reads")
    .option("--setup", "add what sets up a way to sign in: app clients and identity providers")
    .option("--sso", "add what `c2d sso` reads besides: custom domains");
}

function declareJwtTemplate(program: Commander, declare: Declare): void {
  const template = program
    .command("jwt-template")
    .summary("what stands in Descope's tokens")
    .description("What stands in Descope's tokens.");
  declare(template, {
    name: "apply",
    summary: "make or mend the JWT template with which AWS accepts tokens and back ends find the Cognito sub",
    examples: [
      ["c2d jwt-template apply --dry-run", "show the difference, and write nothing"],
      ["c2d jwt-template apply", "ask, then write"],
      ["c2d jwt-template apply --subject cognito", "keep the Cognito sub as the sub of the tokens"],
    ],
    load: async () => (await import("../commands/jwt-template-apply.ts")).jwtTemplateApply,
  })
    .option("--dry-run", "show the difference, and write nothing")
    .option("--id <id>", "template to change, even when it was not made by c2d")
    .option("--name <name>", "name of the template (default: cognito-to-descope)")
    .option("--audience <value>", "aud of the tokens (default: the project ID)")
    .addOption(SUBJECT);
}

function declareToken(program: Commander, declare: Declare): void {
  const token = program.command("token").summary("look at tokens").description("Look at tokens.");
  declare(token, {
    name: "inspect",
    summary: "say what a token is, which rule accepts or refuses it, and who it stands for; verifies the signature",
    examples: [
      ["c2d token inspect --token-file token.txt", "with the pools and the project of the config"],
      ["pbpaste | c2d token inspect", "the token from the clipboard"],
      ["c2d token inspect --app-client 4abc --audience P2abc", "with the checks that a back end makes"],
      ["c2d token inspect --offline", "look only: nothing is fetched, and nothing is verified"],
    ],
    load: async () => (await import("../commands/token-inspect.ts")).tokenInspect,
  })
    .option("--token-file <file>", "file with the token (default: -, standard input)")
    .option("--app-client <id...>", "app clients whose tokens are accepted (default: any, with a remark)")
    .option("--audience <value...>", "audiences of which Descope's tokens must have one (default: any, with a remark)")
    .addOption(new Option("--subject <whose>", "whose ID the principal is known by").choices(["descope", "cognito"]))
    .option("--offline", "fetch no keys, and verify nothing")
    .option("--show-signature", "print the signature too: whoever has it can use the token");
}

function declareRoleMap(program: Commander, declare: Declare): void {
  declare(program, {
    name: "role-map",
    summary: "print what groups give by the rules of the config, for back ends that verify tokens of both services",
    examples: [["c2d role-map > role-map.json", "a role map for each pool, by its ID; reads only"]],
    load: async () => (await import("../commands/role-map.ts")).roleMap,
  });
}
