import type { JsonObject } from "./json.ts";

/**
 * A flow as the management API exports it (v2). The other two forms are converted from and to it.
 *
 * Only what this product looks into is typed. Whatever else a document has is kept as it came, at every level.
 */
export interface FlowDocument {
  readonly flowId: string;
  readonly metadata: FlowMetadata;
  readonly contents: FlowContents;
  readonly screens?: readonly FlowScreen[] | undefined;
  readonly references?: FlowReferences | undefined;
  readonly [field: string]: unknown;
}

/** What a flow is called and how it is shown. */
export interface FlowMetadata {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Version of the web components that the screens were designed with. */
  readonly componentsVersion?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly [field: string]: unknown;
}

/** The tasks of a flow by ID, and the one it begins with. */
export interface FlowContents {
  /** Where there is a task `start`, its rule decides instead. */
  readonly startTask?: string | undefined;
  readonly tasks: Readonly<Record<string, FlowTask>>;
  readonly [field: string]: unknown;
}

/** What a task does. The pseudo-task `start` has no type. */
export type FlowTaskType = "screen" | "automated" | "condition" | "flow";

/** One step. Steps of two halves are two tasks: `7` and `7.end`. */
export interface FlowTask {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** A {@link FlowTaskType}, or one that is not known. */
  readonly type?: string | undefined;
  /** What an automated task does. */
  readonly action?: string | undefined;
  /** The screen that a screen task shows. */
  readonly screenId?: string | undefined;
  readonly arguments?: Readonly<Record<string, FlowArgument>> | undefined;
  /** The branches of a condition, the one named `ELSE` last. */
  readonly conditions?: readonly FlowCondition[] | undefined;
  readonly errorHandlingV2?: Readonly<Record<string, JsonObject>> | undefined;
  readonly next?: { readonly rules?: readonly FlowRule[] | undefined } | undefined;
  /** Where the console draws it, in pixels. */
  readonly view?: { readonly x: number; readonly y: number } | undefined;
  readonly [field: string]: unknown;
}

/** Where an interaction or an outcome leads. */
export interface FlowRule {
  /** The button, the branch, `success` or the name of an error; absent or empty for the start. */
  readonly interactionId?: string | undefined;
  readonly taskId: string;
  readonly [field: string]: unknown;
}

/** An argument of an automated task. */
export interface FlowArgument {
  readonly type?: string | undefined;
  readonly value?: unknown;
  readonly [field: string]: unknown;
}

/** One branch of a condition. */
export interface FlowCondition {
  /** `ELSE` for the branch that is taken when no other holds. */
  readonly interactionId?: string | undefined;
  readonly name?: string | undefined;
  /** Whether one comparison that holds is enough. */
  readonly logicalOr?: boolean | undefined;
  readonly atomicConditions?: readonly FlowComparison[] | undefined;
  readonly [field: string]: unknown;
}

/** One comparison of a value that a path leads to. */
export interface FlowComparison {
  readonly operator?: string | undefined;
  readonly target?: FlowArgument | undefined;
  readonly predicate?: FlowArgument | undefined;
  readonly [field: string]: unknown;
}

/** A screen: its buttons, and its tree of components by node ID. */
export interface FlowScreen {
  readonly screenId: string;
  readonly interactions?: readonly JsonObject[] | undefined;
  readonly contents?: JsonObject | undefined;
  readonly [field: string]: unknown;
}

/** What a flow needs of the project, by name. */
export interface FlowReferences {
  /** Connector IDs of the exporting project by name. On import the name decides. */
  readonly connectors?: Readonly<Record<string, string>> | undefined;
  readonly [field: string]: unknown;
}

/** The pseudo-task that a flow begins at. */
export const START_TASK = "start";

/** The interaction of the branch that is taken when no other holds. */
export const ELSE_BRANCH = "ELSE";

/** The outcome of an automated task that did what it does. */
export const SUCCESS = "success";
