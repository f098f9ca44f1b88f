import { MigrationError } from "../errors.ts";
import type { FlowDocument } from "./flow-document.ts";
import { madeByUs } from "./generate/mark.ts";

/** What would be done to the flow. */
export interface FlowPlan {
  /** `keep`: it was made by this product before, and is not what would be made now. */
  readonly operation: "create" | "replace" | "keep" | "none";
  readonly flowId: string;
  readonly name: string;
  /** Whether the flow that is there calls the connector of the set-up; true for one that is written. */
  readonly callsConnector: boolean;
}

/** What decides about a flow that is there. */
export interface FlowChoice {
  readonly connectorName: string;
  /** Whether a flow of this product that differs is written anew. */
  readonly replace: boolean;
}

/**
 * Decides whether the flow is written. Texts and styles of a flow that is there may be somebody's work: it is written anew
 * only when that is asked for.
 *
 * @throws MigrationError `ERR_USAGE` when a flow of this ID exists that this product did not make.
 */
export function planFlow(
  found: FlowDocument | undefined,
  wanted: FlowDocument,
  { connectorName, replace }: FlowChoice,
): FlowPlan {
  const { flowId } = wanted;
  const name = wanted.metadata.name ?? flowId;
  const plan = (operation: FlowPlan["operation"], callsConnector = true): FlowPlan => ({
    operation,
    flowId,
    name,
    callsConnector,
  });
  if (found === undefined) return plan("create");
  if (madeByUs(found.metadata.description ?? "") === undefined) {
    throw new MigrationError("ERR_USAGE", "a flow of this ID exists that c2d did not make", {
      suggestion: "choose another ID with --flow-id: a flow that somebody designed is never overwritten",
    });
  }
  const callsConnector = Object.hasOwn(found.references?.connectors ?? {}, connectorName);
  if (hasAll(tasksOf(found), tasksOf(wanted))) return plan("none", callsConnector);
  return replace ? plan("replace") : plan("keep", callsConnector);
}

/** What a flow does, without where its steps are drawn and which ID the project gave the connector. */
function tasksOf({ contents }: FlowDocument): unknown {
  return Object.fromEntries(
    Object.entries(contents.tasks).map(([id, { view: _view, arguments: given, ...task }]) => {
      const { connectorId: _connectorId, ...rest } = (given ?? {}) as Readonly<Record<string, unknown>>;
      return [id, { ...task, arguments: rest }];
    }),
  );
}

/** Whether everything that is wanted is there. A project adds settings of its own to what it is given. */
function hasAll(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) && found.length === wanted.length && wanted.every((item, at) => hasAll(found[at], item))
    );
  }
  if (typeof wanted !== "object" || wanted === null) return found === wanted;
  if (typeof found !== "object" || found === null) return Object.keys(wanted).length === 0;
  return Object.entries(wanted).every(
    ([key, member]) => member === undefined || hasAll((found as Record<string, unknown>)[key], member),
  );
}
