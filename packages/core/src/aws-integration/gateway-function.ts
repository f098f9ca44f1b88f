import type { CloudFormationTemplate } from "./triggers.ts";

/** A pool whose users the function reads or signs in. */
export interface GatewayFunctionPool {
  readonly userPoolId: string;
  readonly region: string;
}

/** What the gateway's function is made for. */
export interface GatewayFunctionOptions {
  /** Begins the names of what is created: 1 to 40 letters, digits and hyphens. */
  readonly name: string;
  /** What stands in front of it. */
  readonly endpoint: "function-url" | "http-api";
  readonly pools: readonly GatewayFunctionPool[];
  /** Calls of Cognito that the function signs: `AdminInitiateAuth`. */
  readonly signedOperations: readonly string[];
  /** Whether it reaches a database in a VPC. */
  readonly inVpc: boolean;
}

/** Milliseconds that Descope's connectors wait by default, and what a cold start adds, in seconds. */
const TIMEOUT_SECONDS = 15;

/** What of the secret's name is left to AWS, which adds six characters to its ARN. */
const SECRET_PATTERN = "arn:[a-z0-9-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+";

/**
 * The function with its role, its log, and a URL of its own or an HTTP API in front of it. Holds no secret: the function reads one
 * of Secrets Manager when an instance starts.
 *
 * Its code is too large for a template: it comes from a bucket.
 */
export function gatewayTemplate(options: GatewayFunctionOptions): CloudFormationTemplate {
  const { name, endpoint, inVpc } = options;
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "Gateway of cognito-to-descope, as a Lambda function",
    Parameters: {
      CodeBucket: { Type: "String", Description: "S3 bucket of the region that holds the archive of the function" },
      CodeKey: {
        Type: "String",
        Description: "Key of the archive in the bucket. A new archive needs a new key: nothing else is noticed",
      },
      SecretArn: {
        Type: "String",
        AllowedPattern: SECRET_PATTERN,
        Description: "ARN of the secret that holds the variables of the function, as one JSON object",
      },
      MaximumInstances: {
        Type: "Number",
        Default: 10,
        MinValue: 1,
        Description: "Instances at once, each of which answers one request at a time",
      },
      ...(inVpc
        ? {
            SubnetIds: { Type: "List<AWS::EC2::Subnet::Id>", Description: "Subnets with a way to Cognito and Descope" },
            SecurityGroupIds: {
              Type: "List<AWS::EC2::SecurityGroup::Id>",
              Description: "Security groups that let the function reach the database",
            },
          }
        : {}),
    },
    Resources: {
      Log: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: `/aws/lambda/${name}`, RetentionInDays: 30 } },
      Role: { Type: "AWS::IAM::Role", Properties: roleOf(options) },
      Function: {
        Type: "AWS::Lambda::Function",
        DependsOn: "Log",
        Properties: {
          FunctionName: name,
          Description: "Gateway of cognito-to-descope",
          Runtime: "nodejs22.x",
          Architectures: ["arm64"],
          Handler: "index.handler",
          Role: { "Fn::GetAtt": ["Role", "Arn"] },
          Code: { S3Bucket: { Ref: "CodeBucket" }, S3Key: { Ref: "CodeKey" } },
          // More memory comes with more of a processor: less of it, and a cold start takes as long as a connector waits.
          MemorySize: 1024,
          Timeout: TIMEOUT_SECONDS,
          ReservedConcurrentExecutions: { Ref: "MaximumInstances" },
          Environment: { Variables: { C2D_SECRET_ID: { Ref: "SecretArn" } } },
          ...(inVpc
            ? {
                VpcConfig: { SubnetIds: { Ref: "SubnetIds" }, SecurityGroupIds: { Ref: "SecurityGroupIds" } },
              }
            : {}),
        },
      },
      ...(endpoint === "function-url" ? functionUrl() : httpApi(name)),
    },
    Outputs: {
      Url: {
        Description: "Base URL of the gateway",
        Value:
          endpoint === "function-url"
            ? { "Fn::GetAtt": ["Url", "FunctionUrl"] }
            : { "Fn::GetAtt": ["Api", "ApiEndpoint"] },
      },
    },
  };
}

function roleOf({ name, pools, signedOperations, inVpc }: GatewayFunctionOptions): Readonly<Record<string, unknown>> {
  const logs = {
    "Fn::Sub": `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${name}:*`,
  };
  return {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
    ...(inVpc
      ? {
          ManagedPolicyArns: [
            { "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole" },
          ],
        }
      : {}),
    Policies: [
      {
        PolicyName: "gateway",
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: logs },
            { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: { Ref: "SecretArn" } },
            ...(signedOperations.length === 0
              ? []
              : [
                  {
                    Effect: "Allow",
                    Action: signedOperations.map((operation) => `cognito-idp:${operation}`),
                    Resource: pools.map(({ userPoolId, region }) => ({
                      "Fn::Sub": `arn:\${AWS::Partition}:cognito-idp:${region}:\${AWS::AccountId}:userpool/${userPoolId}`,
                    })),
                  },
                ]),
          ],
        },
      },
    ],
  };
}

/** Whoever calls has to show a token, which the function checks: AWS lets everybody through. */
function functionUrl(): Readonly<Record<string, unknown>> {
  const permission = { FunctionName: { Ref: "Function" }, Principal: "*" };
  return {
    Url: {
      Type: "AWS::Lambda::Url",
      Properties: { TargetFunctionArn: { "Fn::GetAtt": ["Function", "Arn"] }, AuthType: "NONE" },
    },
    // A function URL that was made since October 2025 needs both (facts.md).
    UrlPermission: {
      Type: "AWS::Lambda::Permission",
      Properties: { ...permission, Action: "lambda:InvokeFunctionUrl", FunctionUrlAuthType: "NONE" },
    },
    InvokePermission: {
      Type: "AWS::Lambda::Permission",
      Properties: { ...permission, Action: "lambda:InvokeFunction", InvokedViaFunctionUrl: true },
    },
  };
}

function httpApi(name: string): Readonly<Record<string, unknown>> {
  return {
    Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: name, ProtocolType: "HTTP" } },
    Integration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId: { Ref: "Api" },
        IntegrationType: "AWS_PROXY",
        IntegrationUri: { "Fn::GetAtt": ["Function", "Arn"] },
        PayloadFormatVersion: "2.0",
        TimeoutInMillis: TIMEOUT_SECONDS * 1000,
      },
    },
    Route: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId: { Ref: "Api" },
        RouteKey: "$default",
        Target: { "Fn::Sub": "integrations/${Integration}" },
      },
    },
    Stage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: { ApiId: { Ref: "Api" }, StageName: "$default", AutoDeploy: true },
    },
    ApiPermission: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        FunctionName: { Ref: "Function" },
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
        SourceArn: {
          "Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*",
        },
      },
    },
  };
}
