import { isRegion, partitionOf } from "./aws-region.ts";
import { issuerNames, issuerProblem } from "./descope-issuer.ts";
import type { IssuingPool, UserPoolIssuerForm } from "./user-pool-issuers.ts";

/** A pool whose tokens stay good for a while. */
export interface EmitPool extends IssuingPool {
  /** App clients whose tokens are accepted. */
  readonly clientIds: readonly string[];
}

/** A claim by which an identity pool chooses a role. */
export interface RoleRule {
  readonly claim: string;
  readonly value: string;
  readonly roleArn: string;
}

/** What the documents are made from. */
export interface EmitOptions {
  /** Region of the AWS resources. */
  readonly region: string;
  readonly projectId: string;
  /** `iss` of Descope's tokens, to the character. */
  readonly issuer: string;
  /** Values of `aud` that are accepted. */
  readonly audiences: readonly string[];
  /** The pools that users come from. */
  readonly userPools: readonly EmitPool[];
  /** Which of its two hosts the pools issue from. @defaultValue `original` */
  readonly cognitoIssuer?: UserPoolIssuerForm | undefined;
  /** Begins the names of what is created. @defaultValue `descope` */
  readonly name?: string | undefined;
  /** API of API Gateway or AppSync. */
  readonly apiId?: string | undefined;
  /** Name of the AppSync API, as it is. */
  readonly apiName?: string | undefined;
  /** What the AppSync API does with Cognito tokens of fields without a directive, as it is. */
  readonly defaultAction?: "ALLOW" | "DENY" | undefined;
  /** Other authorization modes of the AppSync API that stay. */
  readonly keepModes?: readonly ("API_KEY" | "AWS_IAM")[] | undefined;
  readonly listenerArn?: string | undefined;
  readonly targetGroupArn?: string | undefined;
  /** Priority of the new listener rule: below that of the rule whose place it takes. */
  readonly priority?: number | undefined;
  /** Path patterns of the new listener rule. */
  readonly paths?: readonly string[] | undefined;
  /** Host patterns of the new listener rule. */
  readonly hosts?: readonly string[] | undefined;
  /** OIDC client of the load balancer. @defaultValue the project ID */
  readonly clientId?: string | undefined;
  /** Scopes that the load balancer asks for. @defaultValue `openid profile email` */
  readonly scope?: string | undefined;
  readonly identityPoolId?: string | undefined;
  /** Name of the identity pool, as it is. */
  readonly identityPoolName?: string | undefined;
  /** Whether the identity pool takes guests, as it is. */
  readonly guests?: "allow" | "deny" | undefined;
  /** Role of signed-in users, as it is; needed beside role rules. */
  readonly authenticatedRoleArn?: string | undefined;
  readonly roleRules?: readonly RoleRule[] | undefined;
  /** What a Lambda authorizer of an HTTP API answers. @defaultValue `simple` */
  readonly responses?: "simple" | "iam" | undefined;
  /** What a Lambda authorizer of a REST API is given. @defaultValue `token` */
  readonly event?: "token" | "request" | undefined;
  /** Seconds for which the service keeps the answer of a Lambda authorizer. @defaultValue 60 */
  readonly cacheSeconds?: number | undefined;
  /** Whose ID a Lambda authorizer hands to the back end as the subject. @defaultValue `cognito` */
  readonly subject?: "cognito" | "descope" | undefined;
}

/** An option by its name. */
export type EmitOption = keyof EmitOptions;

/** What is wrong with an option. Never its value. */
export interface OptionProblem {
  readonly option: EmitOption;
  readonly message: string;
}

/** Options that every target takes. */
const COMMON: ReadonlySet<EmitOption> = new Set([
  "region",
  "projectId",
  "issuer",
  "audiences",
  "userPools",
  "cognitoIssuer",
  "name",
]);

/** What a target asks of the options. */
export interface OptionNeeds {
  readonly name: string;
  readonly needs: readonly EmitOption[];
  readonly takes: readonly EmitOption[];
  /** Whether the document lists the app clients: without them it would accept the tokens of none, or of all. */
  readonly listsClients?: boolean;
}

type Check = (options: EmitOptions) => string | undefined;

const ARN_ROLE = /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** The form of each option, checked where it is given. */
const CHECKS: { readonly [Name in EmitOption]?: Check } = {
  region: ({ region }) => (isRegion(region) ? undefined : 'must look like "us-east-1"'),
  projectId: ({ projectId }) => matches(projectId, /^[\w-]{2,64}$/, "must be a project ID"),
  issuer: ({ issuer, projectId }) =>
    issuerProblem(issuer) ??
    (issuerNames(issuer, projectId)
      ? undefined
      : "does not end in the project ID: it is the issuer of another project"),
  audiences: ({ audiences }) =>
    audiences.length === 0 || !audiences.every((audience) => /^[\x21-\x7e]{1,256}$/.test(audience))
      ? "must hold at least one value, without spaces"
      : undefined,
  userPools: ({ userPools }) => poolProblem(userPools),
  name: ({ name = "" }) => matches(name, /^[a-z][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and hyphens"),
  apiId: ({ apiId = "" }) => matches(apiId, /^[a-z0-9]{5,64}$/, "must be the ID of an API, not its name or URL"),
  apiName: ({ apiName = "" }) => matches(apiName, /^[\x20-\x7e]{1,65536}$/, "must be the name of an API"),
  listenerArn: ({ listenerArn = "", region }) =>
    matches(
      listenerArn,
      new RegExp(`^arn:${partitionOf(region)}:elasticloadbalancing:${region}:\\d{12}:listener/app/[\\w./-]+$`),
      "must be the ARN of a listener of an Application Load Balancer of the region",
    ),
  targetGroupArn: ({ targetGroupArn = "", region }) =>
    matches(
      targetGroupArn,
      new RegExp(`^arn:${partitionOf(region)}:elasticloadbalancing:${region}:\\d{12}:targetgroup/[\\w./-]+$`),
      "must be the ARN of a target group of the region",
    ),
  priority: ({ priority = 0 }) =>
    Number.isInteger(priority) && priority >= 1 && priority <= 50_000 ? undefined : "must be from 1 to 50000",
  paths: ({ paths = [] }) => patternsProblem(paths, /^\/[\x21-\x7e]{0,127}$/, "path patterns that begin with /"),
  hosts: ({ hosts = [] }) => patternsProblem(hosts, /^[a-zA-Z0-9.*?-]{1,128}$/, "host patterns"),
  clientId: ({ clientId = "" }) => matches(clientId, /^[\x21-\x7e]{1,256}$/, "must be a client ID"),
  scope: ({ scope = "" }) =>
    /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(scope) && scope.split(" ").includes("openid")
      ? undefined
      : "must be scopes with one space between them, openid among them",
  identityPoolId: ({ identityPoolId = "", region }) =>
    matches(
      identityPoolId,
      new RegExp(`^${region}:[0-9a-f-]{36}$`),
      "must be the ID of an identity pool of the region",
    ),
  identityPoolName: ({ identityPoolName = "" }) =>
    matches(identityPoolName, /^[\w\s+=,.@-]{1,128}$/, "must be the name of an identity pool"),
  authenticatedRoleArn: ({ authenticatedRoleArn = "" }) =>
    matches(authenticatedRoleArn, ARN_ROLE, "must be the ARN of a role"),
  cacheSeconds: ({ cacheSeconds = 0 }) =>
    Number.isInteger(cacheSeconds) && cacheSeconds >= 0 && cacheSeconds <= 3600 ? undefined : "must be from 0 to 3600",
  roleRules: ({ roleRules = [], authenticatedRoleArn }) => {
    if (roleRules.length === 0 || roleRules.length > 25) return "must be 1 to 25 rules";
    if (!roleRules.every(({ claim, value, roleArn }) => claim !== "" && value !== "" && ARN_ROLE.test(roleArn)))
      return "must each have a claim, a value and the ARN of a role";
    return authenticatedRoleArn === undefined ? "need the role of signed-in users beside them" : undefined;
  },
};

/** Options with a choice of words, which their types check. */
const CHOICES: readonly EmitOption[] = ["defaultAction", "event", "guests", "keepModes", "responses", "subject"];

/** Everything that is wrong with the options for a target, at once. */
export function checkEmitOptions(target: OptionNeeds, options: EmitOptions): readonly OptionProblem[] {
  const problems: OptionProblem[] = [];
  for (const option of [...(Object.keys(CHECKS) as EmitOption[]), ...CHOICES]) {
    const given = isGiven(options[option]);
    const used = COMMON.has(option) || target.needs.includes(option) || target.takes.includes(option);
    if (!given) {
      if (target.needs.includes(option)) problems.push({ option, message: `is needed for ${target.name}` });
      continue;
    }
    if (!used) {
      problems.push({ option, message: `has no meaning for ${target.name}` });
      continue;
    }
    const message = CHECKS[option]?.(options);
    if (message !== undefined) problems.push({ option, message });
    else if (option === "userPools" && target.listsClients === true && options.userPools.some(hasNoClient))
      problems.push({ option, message: `must name the app clients whose tokens ${target.name} accepts` });
  }
  return problems;
}

function hasNoClient({ clientIds }: EmitPool): boolean {
  return clientIds.length === 0;
}

function isGiven(value: EmitOptions[EmitOption]): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function matches(value: string, pattern: RegExp, message: string): string | undefined {
  return pattern.test(value) ? undefined : message;
}

function patternsProblem(values: readonly string[], pattern: RegExp, what: string): string | undefined {
  return values.length <= 5 && values.every((value) => pattern.test(value)) ? undefined : `must be up to five ${what}`;
}

function poolProblem(pools: readonly EmitPool[]): string | undefined {
  for (const { userPoolId, region, clientIds } of pools) {
    if (!/^[\w-]+_[0-9a-zA-Z]+$/.test(userPoolId)) return 'must look like "us-east-1_AbCdEf123"';
    if (!isRegion(region)) return "must each be in a region";
    if (!clientIds.every((clientId) => /^[\w+]{1,128}$/.test(clientId))) return "must have client IDs of app clients";
  }
  return undefined;
}
