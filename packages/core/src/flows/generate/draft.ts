import type { FlowCondition, FlowTask } from "../flow-document.ts";
import type { JsonObject } from "../json.ts";
import type { Component } from "./components.ts";

/**
 * A step before it has an ID. It is known by a key, and its rules lead to keys.
 *
 * A key that begins with `task:` is a task of the template that the steps are spliced into.
 */
export interface Step {
  readonly key: string;
  readonly name: string;
  readonly type: "screen" | "automated" | "condition";
  readonly action?: string;
  readonly arguments?: JsonObject;
  readonly conditions?: readonly FlowCondition[];
  /** Errors that have a rule of their own, and whether they are said on the last screen otherwise. */
  readonly errors?: Readonly<Record<string, "custom" | "automatic">>;
  readonly screen?: DraftScreen;
  readonly rules: readonly StepRule[];
  /** The half of the step at which the user comes back. */
  readonly half?: StepHalf;
}

/** What happens, and the key of the step that follows. */
export type StepRule = readonly [interaction: string, to: string];

/** The second half of a step. */
export interface StepHalf {
  readonly action: string;
  /** The argument of both halves that names the second one. */
  readonly argument: "verifyStepId" | "exchangeStepId" | "finishStepId";
  readonly rules: readonly StepRule[];
  readonly errors?: Readonly<Record<string, "custom" | "automatic">>;
  /** Whether the first half leads to the second one by a rule, as the console draws it. */
  readonly follows: boolean;
}

/** A screen before it has an ID. */
export interface DraftScreen {
  readonly components: readonly Component[];
  /** Values of the context that the screen shows. */
  readonly contextKeys?: readonly string[];
}

/** Steps that make a flow, or that go into one. */
export interface Draft {
  /** Key of the step that the flow begins with. */
  readonly first: string;
  /** Those that cannot be reached are left out. */
  readonly steps: readonly Step[];
  /** Keys that stand for other keys. They come before the steps: with them a template's tasks take the place of ours. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** The key of a template's task. */
export function templateTask(taskId: string): string {
  return `task:${taskId}`;
}

/** The ID of a template's task, when the key is one. */
export function templateTaskOf(key: string): string | undefined {
  return key.startsWith("task:") ? key.slice("task:".length) : undefined;
}

/** The key of the second half of a step. */
export function halfKey(key: string): string {
  return `${key}.end`;
}

/** A screen with what can happen on it. */
export function screenStep(key: string, name: string, screen: DraftScreen, rules: readonly StepRule[]): Step {
  return { key, name, type: "screen", screen, rules };
}

/** An automated step. Arguments are constants. */
export function actionStep(
  key: string,
  name: string,
  action: string,
  rules: readonly StepRule[],
  more: Pick<Step, "errors" | "half"> & { readonly args?: JsonObject } = {},
): Step {
  const { args, ...others } = more;
  return {
    key,
    name,
    type: "automated",
    action,
    rules,
    ...others,
    ...(args === undefined ? {} : { arguments: inline(args) }),
  };
}

/** One branch of a condition: the value that a path leads to, compared. */
export interface Branch {
  readonly id: string;
  readonly name: string;
  /** All of them must hold. */
  readonly when: readonly (readonly [path: string, operator: string, value?: unknown])[];
  readonly to: string;
}

/** A condition. The last branch is the one that is taken when no other holds. */
export function conditionStep(
  key: string,
  name: string,
  branches: readonly Branch[],
  otherwise: { readonly name: string; readonly to: string },
): Step {
  return {
    key,
    name,
    type: "condition",
    conditions: [
      ...branches.map((branch) => ({
        interactionId: branch.id,
        name: branch.name,
        logicalOr: false,
        atomicConditions: branch.when.map(([path, operator, value = ""]) => ({
          operator,
          predicate: { type: "inline", value },
          target: { type: "context", value: path },
        })),
      })),
      { interactionId: "ELSE", name: otherwise.name, atomicConditions: [] },
    ],
    rules: [...branches.map(({ id, to }) => [id, to] as const), ["ELSE", otherwise.to]],
  };
}

/** A small script. It sees its arguments by name, and what it returns is at `scripts.<output>`. */
export function scriptStep(
  key: string,
  name: string,
  script: {
    readonly output: string;
    /** Paths of the context by the names that the script has for them. */
    readonly reads: Readonly<Record<string, string>>;
    /** Fields that get a value of the result, by path. */
    readonly overrides?: Readonly<Record<string, string>>;
    readonly code: string;
  },
  to: string,
): Step {
  const context = (of: Readonly<Record<string, string>>): JsonObject[] =>
    Object.entries(of).map(([name_, value]) => ({ key: name_, type: "context", value }));
  return actionStep(key, name, "scriptlet", [["success", to]], {
    args: {
      outputPath: script.output,
      overrideForm: context(script.overrides ?? {}),
      scriptArgs: context(script.reads),
      scriptCode: script.code,
    },
    errors: { ScriptletFailed: "automatic" },
  });
}

/** A call of a connector for HTTP. Both ways to fail have a rule of their own. */
export function connectorStep(
  key: string,
  name: string,
  call: {
    readonly connectorId: string;
    readonly endpoint: string;
    readonly timeoutSeconds: number;
    readonly payload: string;
    readonly resultPath: string;
  },
  to: { readonly success: string; readonly refused: string; readonly unreachable: string },
): Step {
  return actionStep(
    key,
    name,
    "connector",
    [
      ["success", to.success],
      ["request_error", to.refused],
      ["ConnectorFailed", to.unreachable],
    ],
    {
      args: {
        args: [
          { key: "endpoint", type: "string", value: call.endpoint },
          { key: "timeout", type: "number", value: call.timeoutSeconds },
          { key: "payload", type: "string", value: call.payload },
        ],
        async: false,
        command: "post",
        connectorId: call.connectorId,
        exchangeStepId: "",
        resultPath: call.resultPath,
        templateId: "http",
      },
      errors: { ConnectorFailed: "custom", request_error: "custom" },
    },
  );
}

/** A task without what only a place in a flow gives it: the ID, the screen's ID, the rules and where it is drawn. */
export function bareTask(step: Step): FlowTask {
  const inputs = step.screen?.components.flatMap(({ input, displayName }) =>
    input === undefined ? [] : [{ key: input, displayName }],
  );
  const contextKeys = step.screen?.contextKeys ?? [];
  return {
    name: step.name,
    type: step.type,
    ...(step.action === undefined ? {} : { action: step.action }),
    ...(step.arguments === undefined ? {} : { arguments: step.arguments as Exclude<FlowTask["arguments"], undefined> }),
    ...(step.conditions === undefined ? {} : { conditions: step.conditions, errorHandlingV2: {} }),
    ...(step.errors === undefined ? {} : { errorHandlingV2: handling(step.errors) }),
    ...(inputs === undefined
      ? {}
      : {
          calculatedInputKeys: true,
          allInputKeys: inputs.map(({ key }) => key),
          inputKeys: inputs.map(({ key }) => key),
          inputsMetadata: inputs,
          ...(contextKeys.length === 0 ? {} : { contextKeys }),
        }),
  };
}

/** How errors are handled, in the form of a task. */
export function handling(
  errors: Readonly<Record<string, "custom" | "automatic">>,
): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(Object.entries(errors).map(([name, type]) => [name, { errorHandlingType: type }]));
}

function inline(args: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, { type: "inline", value }]));
}
