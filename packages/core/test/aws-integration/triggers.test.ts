import { describe, expect, test } from "vitest";
import { TRIGGER_VARIABLES, triggerFunctionCode } from "../../src/aws-integration/trigger-function.ts";
import {
  eventsUrlProblem,
  isTriggerFunction,
  type TriggerOptions,
  triggerTemplate,
} from "../../src/aws-integration/triggers.ts";

const EXISTING = "arn:aws:lambda:eu-west-1:123456789012:function:send-welcome";
const options: TriggerOptions = {
  userPoolId: "eu-west-1_AbCdEf123",
  region: "eu-west-1",
  eventsUrl: "https://gateway.example.com/v1/sync/events",
  existing: {},
};

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

function resourcesOf(change: Partial<TriggerOptions> = {}): Readonly<Record<string, Resource>> {
  return triggerTemplate({ ...options, ...change })["Resources"] as Readonly<Record<string, Resource>>;
}

describe("the template of the trigger", () => {
  test("lets Cognito call the function for this pool of this account only", () => {
    expect(resourcesOf()["Permission"]?.Properties).toMatchObject({
      Principal: "cognito-idp.amazonaws.com",
      SourceAccount: { Ref: "AWS::AccountId" },
      SourceArn: {
        "Fn::Sub": "arn:${AWS::Partition}:cognito-idp:eu-west-1:${AWS::AccountId}:userpool/eu-west-1_AbCdEf123",
      },
    });
  });

  test("holds no secret: it is a parameter that is not shown", () => {
    const template = triggerTemplate(options);
    expect(template["Parameters"]).toMatchObject({ EventsSecret: { NoEcho: true, MinLength: 32 } });
    expect(resourcesOf()["Function"]?.Properties).toMatchObject({
      Environment: { Variables: { [TRIGGER_VARIABLES.secret]: { Ref: "EventsSecret" } } },
    });
  });

  test("names every resource that it refers to, and each once", () => {
    for (const existing of [{}, { PostConfirmation: EXISTING, PostAuthentication: EXISTING }]) {
      const template = triggerTemplate({ ...options, existing });
      const known = new Set([
        ...Object.keys(template["Parameters"] as object),
        ...Object.keys(template["Resources"] as object),
      ]);
      const text = JSON.stringify(template);
      const referred = [...text.matchAll(/"(?:Ref":"|Fn::GetAtt":\["|DependsOn":")([A-Za-z]+)"/g)].map(
        ([, name]) => name,
      );
      expect(referred.length).toBeGreaterThan(4);
      for (const name of referred) expect(known).toContain(name);
    }
  });

  test("may call the functions that were there, and nothing else", () => {
    const invocations = (existing: TriggerOptions["existing"]): readonly unknown[] => {
      const policies = resourcesOf({ existing })["Role"]?.Properties["Policies"] as readonly {
        readonly PolicyDocument: { readonly Statement: readonly Resource[] };
      }[];
      return policies
        .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
        .filter((statement) => JSON.stringify(statement).includes("lambda:"));
    };
    expect(invocations({})).toEqual([]);
    expect(invocations({ PostConfirmation: EXISTING, PostAuthentication: EXISTING })).toEqual([
      { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: [EXISTING] },
    ]);
  });

  test("names the function within AWS's 64 characters, and knows it again", () => {
    const userPoolId = `eu-west-1_${"A".repeat(45)}`;
    const name = String(resourcesOf({ userPoolId })["Function"]?.Properties["FunctionName"]);
    expect(name).toMatch(/^[\w-]{1,64}$/);
    const arn = `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
    expect(isTriggerFunction(arn, userPoolId)).toBe(true);
    expect(isTriggerFunction(`${arn}:live`, userPoolId)).toBe(true);
    expect(isTriggerFunction(`${arn}-other`, userPoolId)).toBe(false);
    expect(isTriggerFunction(EXISTING, userPoolId)).toBe(false);
  });
});

describe("the code of the function", () => {
  test("is short enough for any tool that deploys inline code, and plain ASCII", () => {
    expect(triggerFunctionCode().length).toBeLessThan(4096);
    expect(triggerFunctionCode()).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

test.each([
  ["https://gateway.example.com/v1/sync/events", true],
  ["https://gateway.example.com:8443/base/v1/sync/events", true],
  ["http://gateway.example.com/v1/sync/events", false],
  ["https://user:pass@gateway.example.com/v1/sync/events", false],
  ["https://gateway.example.com/v1/sync/events?x=1", false],
  ["https://gateway.example.com", false],
  ["https://gateway.example.com/v1/sync/event", false],
  ["gateway.example.com/v1/sync/events", false],
  ["", false],
])("%j as the gateway's URL is taken: %j", (url, taken) => {
  expect(eventsUrlProblem(url) === undefined).toBe(taken);
});
