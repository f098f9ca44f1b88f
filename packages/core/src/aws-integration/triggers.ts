import { SYNC_EVENT } from "./sync-event.ts";
import { TRIGGER_VARIABLES, triggerFunctionCode, UNDELIVERED } from "./trigger-function.ts";

/** The triggers of a pool that tell of a user. */
export const FEED_TRIGGERS = ["PostConfirmation", "PostAuthentication"] as const;

/** One of {@link FEED_TRIGGERS}. */
export type FeedTrigger = (typeof FEED_TRIGGERS)[number];

/** What the function is made for. */
export interface TriggerOptions {
  readonly userPoolId: string;
  readonly region: string;
  /** Where the gateway takes events; see {@link eventsUrlProblem}. */
  readonly eventsUrl: string;
  /** Functions that the pool calls by these triggers now: the new one calls them, because a pool has one for each. */
  readonly existing: Readonly<Partial<Record<FeedTrigger, string>>>;
}

/** A template of AWS CloudFormation. */
export type CloudFormationTemplate = Readonly<Record<string, unknown>>;

/** What is wrong with the URL of the gateway; undefined when nothing is. */
export function eventsUrlProblem(url: string): string | undefined {
  if (!/^https:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?\/[\w./~-]*$/i.test(url)) {
    return "must be an absolute https URL without query, fragment and credentials";
  }
  return url.endsWith(SYNC_EVENT.path) ? undefined : `must end in ${SYNC_EVENT.path}`;
}

/** The name of the function for a pool. AWS takes 64 characters. */
function triggerFunctionName(userPoolId: string): string {
  return `c2d-events-${userPoolId}`.slice(0, 64);
}

/** Whether an ARN is that of a function that such a template made, of a version or an alias too. */
export function isTriggerFunction(arn: string, userPoolId: string): boolean {
  const name = triggerFunctionName(userPoolId);
  return arn.endsWith(`:function:${name}`) || arn.includes(`:function:${name}:`);
}

/**
 * The function with its role, its log, a count of undelivered events, and the pool's permission to call it.
 *
 * A template cannot set the triggers of a pool that it does not own, and `UpdateUserPool` sets back whatever it is not told:
 * the last step, naming the function in the pool, stays the operator's.
 */
export function triggerTemplate({ userPoolId, region, eventsUrl, existing }: TriggerOptions): CloudFormationTemplate {
  const name = triggerFunctionName(userPoolId);
  const called = FEED_TRIGGERS.flatMap((trigger) => existing[trigger] ?? []);
  const logGroup = {
    "Fn::Sub": `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${name}:*`,
  };
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `Tells the gateway of cognito-to-descope who signs up or in at the user pool ${userPoolId}`,
    Parameters: {
      EventsSecret: {
        Type: "String",
        NoEcho: true,
        MinLength: SYNC_EVENT.minSecretLength,
        Description: "What events are signed with: the C2D_EVENTS_SECRET of the gateway",
      },
      EventsUrl: {
        Type: "String",
        Default: eventsUrl,
        AllowedPattern: "https://.+",
        Description: "Where the gateway takes events",
      },
    },
    Rules: {
      RegionOfThePool: {
        Assertions: [
          {
            Assert: { "Fn::Equals": [{ Ref: "AWS::Region" }, region] },
            AssertDescription: `The function must be in the region of the pool: ${region}`,
          },
        ],
      },
    },
    Resources: {
      Log: {
        Type: "AWS::Logs::LogGroup",
        Properties: { LogGroupName: `/aws/lambda/${name}`, RetentionInDays: 30 },
      },
      Undelivered: {
        Type: "AWS::Logs::MetricFilter",
        Properties: {
          LogGroupName: { Ref: "Log" },
          FilterPattern: `{ $.c2d = "${UNDELIVERED}" }`,
          MetricTransformations: [
            {
              MetricNamespace: "cognito-to-descope",
              MetricName: "EventsNotDelivered",
              MetricValue: "1",
              DefaultValue: 0,
            },
          ],
        },
      },
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          AssumeRolePolicyDocument: {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
          },
          Policies: [
            {
              PolicyName: "log",
              PolicyDocument: {
                Version: "2012-10-17",
                Statement: [
                  { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: logGroup },
                ],
              },
            },
            ...(called.length === 0
              ? []
              : [
                  {
                    PolicyName: "call-existing",
                    PolicyDocument: {
                      Version: "2012-10-17",
                      Statement: [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: [...new Set(called)] }],
                    },
                  },
                ]),
          ],
        },
      },
      Function: {
        Type: "AWS::Lambda::Function",
        DependsOn: "Log",
        Properties: {
          FunctionName: name,
          Description: `Events of ${userPoolId} for cognito-to-descope`,
          Runtime: "nodejs22.x",
          Handler: "index.handler",
          Role: { "Fn::GetAtt": ["Role", "Arn"] },
          // Cognito waits for five seconds, whatever stands here.
          Timeout: 5,
          MemorySize: 256,
          Environment: {
            Variables: {
              [TRIGGER_VARIABLES.url]: { Ref: "EventsUrl" },
              [TRIGGER_VARIABLES.secret]: { Ref: "EventsSecret" },
              [TRIGGER_VARIABLES.postConfirmation]: existing.PostConfirmation ?? "",
              [TRIGGER_VARIABLES.postAuthentication]: existing.PostAuthentication ?? "",
            },
          },
          Code: { ZipFile: triggerFunctionCode() },
        },
      },
      Permission: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          FunctionName: { Ref: "Function" },
          Action: "lambda:InvokeFunction",
          Principal: "cognito-idp.amazonaws.com",
          SourceAccount: { Ref: "AWS::AccountId" },
          SourceArn: {
            "Fn::Sub": `arn:\${AWS::Partition}:cognito-idp:${region}:\${AWS::AccountId}:userpool/${userPoolId}`,
          },
        },
      },
    },
    Outputs: {
      FunctionArn: {
        Description: "Name this function in the pool as the trigger PostConfirmation and as PostAuthentication",
        Value: { "Fn::GetAtt": ["Function", "Arn"] },
      },
    },
  };
}
