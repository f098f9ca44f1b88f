import type { EmitOption, EmitOptions, EmitPool, RoleRule, UserPoolIssuerForm } from "@cognito-to-descope/core";
import { regionOfUserPoolId } from "@cognito-to-descope/cognito";
import type { Config } from "../config/config.ts";
import { usageError } from "../errors.ts";

/** Options of `c2d aws emit`, as they are given. */
export interface EmitCommandOptions {
  readonly issuer?: string;
  readonly audience?: readonly string[];
  readonly projectId?: string;
  readonly region?: string;
  readonly appClient?: readonly string[];
  readonly cognitoIssuer?: UserPoolIssuerForm;
  readonly name?: string;
  readonly apiId?: string;
  readonly apiName?: string;
  readonly defaultAction?: "ALLOW" | "DENY";
  readonly keepMode?: readonly ("API_KEY" | "AWS_IAM")[];
  readonly listenerArn?: string;
  readonly targetGroupArn?: string;
  readonly priority?: number;
  readonly path?: readonly string[];
  readonly host?: readonly string[];
  readonly clientId?: string;
  readonly scope?: string;
  readonly identityPoolId?: string;
  readonly identityPoolName?: string;
  readonly guests?: "allow" | "deny";
  readonly roleArn?: string;
  readonly roleRule?: readonly string[];
  readonly responses?: "simple" | "iam";
  readonly event?: "token" | "request";
  readonly cacheSeconds?: number;
  readonly subject?: "cognito" | "descope";
}

/** How an option is called on the command line. */
const FLAGS: Readonly<Record<EmitOption, string>> = {
  region: "--region",
  projectId: "--project-id",
  issuer: "--issuer",
  audiences: "--audience",
  userPools: "--app-client",
  cognitoIssuer: "--cognito-issuer",
  name: "--name",
  apiId: "--api-id",
  apiName: "--api-name",
  defaultAction: "--default-action",
  keepModes: "--keep-mode",
  listenerArn: "--listener-arn",
  targetGroupArn: "--target-group-arn",
  priority: "--priority",
  paths: "--path",
  hosts: "--host",
  clientId: "--client-id",
  scope: "--scope",
  identityPoolId: "--identity-pool-id",
  identityPoolName: "--identity-pool-name",
  guests: "--guests",
  authenticatedRoleArn: "--role-arn",
  roleRules: "--role-rule",
  responses: "--responses",
  event: "--event",
  cacheSeconds: "--cache-seconds",
  subject: "--subject",
};

/** The flag of an option. */
export function flagOf(option: EmitOption): string {
  return FLAGS[option];
}

/** What a real token says of issuer and audience. */
export interface TokenSettings {
  readonly issuer?: string | undefined;
  readonly audiences?: readonly string[] | undefined;
}

/**
 * Puts together what the documents are made from: what is given, what the token says, what the config says.
 *
 * @throws MigrationError `ERR_USAGE` when an option cannot be read, or a token is given beside what it says.
 */
export function emitOptions(given: EmitCommandOptions, config: Config, token: TokenSettings): EmitOptions {
  const projectId = given.projectId ?? config.project?.projectId;
  if (projectId === undefined) throw noProject();
  const userPools = poolsOf(config, given.appClient ?? []);
  const region = given.region ?? userPools[0]?.region;
  if (region === undefined)
    throw usageError("the document needs a region", "name it with --region, or a pool in the config");
  if (given.issuer !== undefined && token.issuer !== undefined && given.issuer !== token.issuer) {
    throw usageError("--issuer and the token do not agree", "leave --issuer out: the token is right about it");
  }
  const issuer = given.issuer ?? token.issuer;
  if (issuer === undefined) {
    throw usageError(
      "the issuer is not known, and it cannot be guessed: projects issue in several forms",
      "give a session token with --token-file, or its iss with --issuer",
    );
  }
  return {
    region,
    projectId,
    issuer,
    audiences: given.audience ?? token.audiences ?? [projectId],
    userPools,
    cognitoIssuer: given.cognitoIssuer,
    name: given.name,
    apiId: given.apiId,
    apiName: given.apiName,
    defaultAction: given.defaultAction,
    keepModes: given.keepMode,
    listenerArn: given.listenerArn,
    targetGroupArn: given.targetGroupArn,
    priority: given.priority,
    paths: given.path,
    hosts: given.host,
    clientId: given.clientId,
    scope: given.scope,
    identityPoolId: given.identityPoolId,
    identityPoolName: given.identityPoolName,
    guests: given.guests,
    authenticatedRoleArn: given.roleArn,
    roleRules: given.roleRule?.map(readRoleRule),
    responses: given.responses,
    event: given.event,
    cacheSeconds: given.cacheSeconds,
    subject: given.subject,
  };
}

/** Without a project nothing can be said of its tokens. */
export function noProject(): Error {
  return usageError(
    "the project is not known",
    "name it with --project-id, as target.projectId in the config, or as DESCOPE_PROJECT_ID",
  );
}

function poolsOf({ sources }: Config, appClients: readonly string[]): readonly EmitPool[] {
  const pools = new Map(
    sources.map(({ userPoolId, region }) => [
      userPoolId,
      { userPoolId, region: region ?? regionOfUserPoolId(userPoolId) ?? "", clientIds: [] as string[] },
    ]),
  );
  for (const named of appClients) {
    const [first = "", second] = named.split("/");
    const [only, ...others] = pools.values();
    const pool = second === undefined ? (others.length === 0 ? only : undefined) : pools.get(first);
    if (pool === undefined) {
      throw usageError(
        "--app-client does not say which pool it is of",
        "with several pools write <pool>/<client>, and name a pool of the config",
      );
    }
    pool.clientIds.push(second ?? first);
  }
  return [...pools.values()];
}

function readRoleRule(text: string): RoleRule {
  const [claim = "", value = "", ...arn] = text.split("=");
  return { claim, value, roleArn: arn.join("=") };
}
