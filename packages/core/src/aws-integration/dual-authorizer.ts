import { partitionOf } from "./aws-region.ts";
import type { EmitOptions } from "./emit-options.ts";
import { attribute, type Deferred, type Parameter, type Resource, text, type Value } from "./integration.ts";

/** What the function of a dual Lambda authorizer is told by its environment, as JSON. */
export interface DualAuthorizerConfig {
  readonly userPools: readonly { readonly userPoolId: string; readonly clientIds: readonly string[] }[];
  readonly projectId: string;
  readonly audiences: readonly string[];
  /** Issuer of Descope's tokens, beside the forms that follow from the project ID. */
  readonly issuer: string;
  readonly subject: "cognito" | "descope";
}

/** The environment variable that holds the config. */
export const AUTHORIZER_CONFIG_VARIABLE = "AUTHORIZER_CONFIG";

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
        Environment: {
          Variables: {
            $: "map",
            entries: { [AUTHORIZER_CONFIG_VARIABLE]: JSON.stringify(authorizerConfig(options)) },
          },
        },
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

/** What the function is told. */
export function authorizerConfig(options: EmitOptions): DualAuthorizerConfig {
  const { userPools, projectId, audiences, issuer, subject = "cognito" } = options;
  return {
    userPools: userPools.map(({ userPoolId, clientIds }) => ({ userPoolId, clientIds })),
    projectId,
    audiences,
    issuer,
    subject,
  };
}

function policy(statement: Value): Deferred {
  return { $: "json", value: { Statement: [statement], Version: "2012-10-17" } };
}
