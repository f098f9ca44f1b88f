import { partitionOf } from "./aws-region.ts";
import type { EmitOptions } from "./emit-options.ts";
import type { RoleMap } from "../mapping/role-map.ts";
import {
  attribute,
  type Deferred,
  type IntegrationFile,
  type Parameter,
  type Resource,
  text,
  type Value,
} from "./integration.ts";

/** What the function of a dual Lambda authorizer is told, as JSON. */
export interface DualAuthorizerConfig {
  readonly userPools: readonly AuthorizerPool[];
  readonly projectId: string;
  /** Values of `aud` in Descope's tokens, of which one is needed. `null` takes tokens with any, and with none. */
  readonly audiences: readonly string[] | null;
  /** Issuer of Descope's tokens, beside the forms that follow from the project ID. */
  readonly issuer?: string | undefined;
  /** Base address of Descope's API. @defaultValue that of the project's region */
  readonly baseUrl?: string | undefined;
  /** Whether tokens of access keys are accepted. @defaultValue `refuse` */
  readonly accessKeys?: "refuse" | "accept" | undefined;
  /** Whose tokens are accepted. @defaultValue `dual` */
  readonly mode?: "cognito-only" | "dual" | "descope-preferred" | "descope-only" | undefined;
  /** Whose ID becomes the subject. @defaultValue `cognito` */
  readonly subject?: "cognito" | "descope" | undefined;
  /** What becomes of a user whose ID on that side is not in the token. @defaultValue `keep`, with the ID that is */
  readonly unmapped?: "keep" | "refuse" | undefined;
  /** Seconds for which AppSync keeps an answer, never beyond the token. @defaultValue 60 */
  readonly cacheSeconds?: number | undefined;
}

/** A user pool, as the function is told of it. */
export interface AuthorizerPool {
  readonly userPoolId: string;
  /** App clients whose tokens are accepted. `null` takes those of all. */
  readonly clientIds: readonly string[] | null;
  /** @defaultValue both kinds */
  readonly tokenUse?: "id" | "access" | undefined;
  /** What groups become: roles of the same names, or what the rules of the import say. @defaultValue `group-names` */
  readonly roles?: "group-names" | RoleMap | null | undefined;
  /** Address of the keys, in place of those at the issuers. */
  readonly jwksUri?: string | undefined;
}

/** The environment variable that holds the config. */
export const AUTHORIZER_CONFIG_VARIABLE = "AUTHORIZER_CONFIG";

/** The file that holds it instead, in the archive: variables take 4 KB in all. */
export const AUTHORIZER_CONFIG_FILE = "authorizer-config.json";

const VARIABLE_BYTES = 3072;

/** Which of the functions in the bundle is called. */
export type AuthorizerHandler = "httpSimple" | "httpIam" | "restToken" | "restRequest" | "appsync";

/** Name of the bundle within the archive: the file that {@link AuthorizerHandler} is looked for in. */
export const AUTHORIZER_FILE = "index.mjs";

/** Where the archive is: it is made after the document. */
export const CODE_PARAMETERS: readonly Parameter[] = [
  { name: "CodeBucket", description: "S3 bucket of the region that holds the archive of the function.", secret: false },
  {
    name: "CodeKey",
    description: "Key of the archive in the bucket. A new archive needs a new key: nothing else is noticed.",
    secret: false,
  },
];

/** The function that verifies both kinds of token, with the least that it may do. */
export function authorizerFunction(options: EmitOptions, handler: AuthorizerHandler): readonly Resource[] {
  const { region, name = "descope" } = options;
  const functionName = `${name}-authorizer`;
  const logGroup = `/aws/lambda/${functionName}`;
  const variable = authorizerFiles(options).length === 0;
  const logStreams = text`arn:${partitionOf(region)}:logs:${region}:${{ $: "account" }}:log-group:${logGroup}:*`;
  return [
    {
      id: "AuthorizerLogs",
      type: "AWS::Logs::LogGroup",
      comment: "Without it the function would make one that keeps everything for ever.",
      properties: { LogGroupName: logGroup, RetentionInDays: 30 },
    },
    {
      id: "AuthorizerRole",
      type: "AWS::IAM::Role",
      comment: "What the function may do: nothing, but for its log.",
      properties: {
        AssumeRolePolicyDocument: policy({
          Action: "sts:AssumeRole",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
        }),
      },
    },
    {
      id: "AuthorizerLogPolicy",
      type: "AWS::IAM::RolePolicy",
      comment: "Writing to its own log.",
      properties: {
        PolicyDocument: policy({
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Effect: "Allow",
          Resource: logStreams,
        }),
        PolicyName: "write-own-log",
        RoleName: attribute("AuthorizerRole", "id"),
      },
    },
    {
      id: "AuthorizerFunction",
      type: "AWS::Lambda::Function",
      comment: "Verifies Cognito's and Descope's tokens. It fetches the keys of both, and nothing else.",
      properties: {
        Architectures: ["arm64"],
        Code: { S3Bucket: { $: "parameter", name: "CodeBucket" }, S3Key: { $: "parameter", name: "CodeKey" } },
        ...(variable
          ? {
              Environment: {
                Variables: {
                  $: "map",
                  entries: { [AUTHORIZER_CONFIG_VARIABLE]: JSON.stringify(authorizerConfig(options)) },
                },
              },
            }
          : {}),
        FunctionName: functionName,
        Handler: `index.${handler}`,
        MemorySize: 256,
        Role: attribute("AuthorizerRole", "arn"),
        Runtime: "nodejs22.x",
        Timeout: 10,
      },
    },
  ];
}

/**
 * Lets a service call the function.
 *
 * @param caller - `apigateway.amazonaws.com`
 * @param source - On behalf of what.
 */
export function authorizerPermission(caller: string, source: Deferred): Resource {
  return {
    id: "AuthorizerPermission",
    type: "AWS::Lambda::Permission",
    comment: "Only this API may call it.",
    properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: attribute("AuthorizerFunction", "arn"),
      Principal: caller,
      SourceArn: source,
    },
  };
}

/** The address by which API Gateway calls the function. */
export function invocationUri({ region }: EmitOptions): Deferred {
  const gateway = `arn:${partitionOf(region)}:apigateway:${region}`;
  return text`${gateway}:lambda:path/2015-03-31/functions/${attribute("AuthorizerFunction", "arn")}/invocations`;
}

/** The authorizer of an API in API Gateway, as the source of a call. */
export function authorizerArn({ region }: EmitOptions, apiId: string, authorizer: string): Deferred {
  const service = `arn:${partitionOf(region)}:execute-api:${region}`;
  return text`${service}:${{ $: "account" }}:${apiId}/authorizers/${attribute(authorizer, "id")}`;
}

/** What has to be in the archive beside the bundle: the config, where it is too long for a variable. */
export function authorizerFiles(options: EmitOptions): readonly IntegrationFile[] {
  const config = authorizerConfig(options);
  // All of it is ASCII, as the options are checked.
  if (JSON.stringify(config).length <= VARIABLE_BYTES) return [];
  return [{ name: AUTHORIZER_CONFIG_FILE, text: `${JSON.stringify(config, undefined, 2)}\n` }];
}

/** What the function is told. */
export function authorizerConfig(options: EmitOptions): DualAuthorizerConfig {
  const { userPools, projectId, audiences, issuer, subject = "cognito", cacheSeconds = 60 } = options;
  return {
    userPools: userPools.map(({ userPoolId, clientIds }) => ({ userPoolId, clientIds })),
    projectId,
    audiences,
    issuer,
    mode: "dual",
    subject,
    cacheSeconds,
  };
}

function policy(statement: Value): Deferred {
  return { $: "json", value: { Statement: [statement], Version: "2012-10-17" } };
}
