import { beforeAll, describe, expect, test } from "vitest";
import { gatewayTemplate, type GatewayFunctionOptions } from "@cognito-to-descope/core";
import { openTemplateCheck, referencesIn, type TemplateCheck } from "./template-check.ts";

interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

interface Template {
  readonly Parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

const base: GatewayFunctionOptions = {
  name: "c2d-gateway",
  endpoint: "function-url",
  pools: [{ userPoolId: "eu-west-1_AbCdEf123", region: "eu-west-1" }],
  signedOperations: ["DescribeUserPool", "AdminInitiateAuth"],
  inVpc: false,
};

const templateOf = (change: Partial<GatewayFunctionOptions>): Template =>
  gatewayTemplate({ ...base, ...change }) as unknown as Template;

let check: TemplateCheck;
beforeAll(async () => {
  check = await openTemplateCheck();
});

const every: readonly Partial<GatewayFunctionOptions>[] = [
  {},
  { inVpc: true },
  { endpoint: "http-api" },
  { endpoint: "http-api", inVpc: true, signedOperations: [] },
];

describe.each(every)("the template of the gateway with %o", (change) => {
  test("has only properties that AWS publishes, of their types, and all that are required", () => {
    expect(Object.values(templateOf(change).Resources).flatMap((one) => check.problemsOf(one))).toEqual([]);
  });

  test("refers only to what is in it, and uses every parameter", () => {
    const template = templateOf(change);
    const references = referencesIn(template).filter((name) => !name.startsWith("AWS::"));
    const names = new Set([...Object.keys(template.Resources), ...Object.keys(template.Parameters)]);
    expect(references.filter((name) => !names.has(name))).toEqual([]);
    expect(Object.keys(template.Parameters).filter((name) => !references.includes(name))).toEqual([]);
  });

  test("holds no secret, but the ARN of one", () => {
    const { Resources } = templateOf(change);
    expect(Resources["Function"]?.Properties["Environment"]).toEqual({
      Variables: { C2D_SECRET_ID: { Ref: "SecretArn" } },
    });
  });
});

test("the role of the gateway may read its secret, write its log, and ask its pools what it must; nothing else", () => {
  const statementsOf = (change: Partial<GatewayFunctionOptions>): unknown => {
    const policies = templateOf(change).Resources["Role"]?.Properties["Policies"] as readonly {
      readonly PolicyDocument: { readonly Statement: unknown };
    }[];
    return policies[0]?.PolicyDocument.Statement;
  };
  const own = [
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: {
        "Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/c2d-gateway:*",
      },
    },
    { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: { Ref: "SecretArn" } },
  ];
  expect(statementsOf({ signedOperations: [] })).toEqual(own);
  expect(statementsOf({})).toEqual([
    ...own,
    {
      Effect: "Allow",
      Action: ["cognito-idp:DescribeUserPool", "cognito-idp:AdminInitiateAuth"],
      Resource: [
        { "Fn::Sub": "arn:${AWS::Partition}:cognito-idp:eu-west-1:${AWS::AccountId}:userpool/eu-west-1_AbCdEf123" },
      ],
    },
  ]);
});

test("a function URL lets everybody through to the function, which asks for a token; an HTTP API only itself", () => {
  const permissionsOf = (change: Partial<GatewayFunctionOptions>): readonly unknown[] =>
    Object.values(templateOf(change).Resources)
      .filter(({ Type }) => Type === "AWS::Lambda::Permission")
      .map(({ Properties }) => [Properties["Action"], Properties["Principal"]]);
  expect(permissionsOf({})).toEqual([
    ["lambda:InvokeFunctionUrl", "*"],
    ["lambda:InvokeFunction", "*"],
  ]);
  expect(permissionsOf({ endpoint: "http-api" })).toEqual([["lambda:InvokeFunction", "apigateway.amazonaws.com"]]);
});
