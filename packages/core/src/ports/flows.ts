import type { FlowDocument } from "../flows/flow-document.ts";
import type { AbortableOptions } from "./user-pool-source.ts";

/** What a list says of a flow. */
export interface FlowSummary {
  readonly flowId: string;
  readonly name: string;
  /** Empty when it has none. */
  readonly description: string;
}

/** The flows of a project. */
export interface Flows {
  /** Every flow by its ID. */
  list(options?: AbortableOptions): Promise<readonly FlowSummary[]>;
  /** The whole flow; undefined when there is none of this ID. */
  read(flowId: string, options?: AbortableOptions): Promise<FlowDocument | undefined>;
  /** Writes a flow: one of the same ID is replaced. */
  write(document: FlowDocument, options?: AbortableOptions): Promise<void>;
  /** Runs a flow as nobody, and gives its output. Not repeated when the answer is lost. */
  run(flowId: string, options?: AbortableOptions): Promise<unknown>;
  /** Deletes a flow; that it is gone already counts as done. */
  delete(flowId: string, options?: AbortableOptions): Promise<void>;
}
