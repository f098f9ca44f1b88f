import type { FlowDocument } from "../flows/flow-document.ts";
import { madeByUs } from "../flows/generate/mark.ts";
import type { Connector } from "../ports/connectors.ts";
import type { AppClientDescription, CognitoSettings } from "../ports/pool-settings.ts";
import { isOwnClient } from "./app-client/plan-app-client.ts";
import { isOwnConnector } from "./connector/wanted-connector.ts";
import { canonical } from "./setting-difference.ts";
import type { JitSetupRecord, RecordedClient } from "./setup-record.ts";

/** Why something is left as it is. */
export type KeptReason =
  /** It is gone already. */
  | "gone"
  /** Somebody changed it since. */
  | "changed-since"
  /** It was there before the set-up, and what it was cannot be read. */
  | "not-made"
  /** A flow that stays calls it. */
  | "in-use"
  /** The project does not let it be seen or deleted over its API. */
  | "by-hand";

/** One step of taking a set-up back. */
export interface UndoStep {
  readonly subject: "flow" | "connector" | "app-client";
  readonly operation: "delete" | "restore" | "keep";
  readonly id: string;
  readonly name: string;
  /** Of an app client. */
  readonly userPoolId?: string;
  /** With `keep`. */
  readonly reason?: KeptReason;
  /** With `restore`: every setting as it was. */
  readonly settings?: CognitoSettings;
}

/** What is there now of what is on record. */
export interface UndoState {
  readonly flow: FlowDocument | undefined;
  readonly connector: Connector | undefined;
  /** Whether a connector that was not found can be told to be gone: it was listed or read, not refused. */
  readonly connectorsReadable: boolean;
  /** IDs of further flows that call the connector. */
  readonly callers: readonly string[];
  /** By pool and client ID, as {@link clientKey} writes them. */
  readonly clients: ReadonlyMap<string, AppClientDescription>;
}

/** How a client is found again. */
export function clientKey(userPoolId: string, clientId: string): string {
  return `${userPoolId}/${clientId}`;
}

/**
 * Decides what can be taken back: what the set-up made and nobody has changed or uses, and settings that it changed and that
 * are as it left them. Definitions stay, because the import needs them too.
 *
 * In this order: a flow before the connector that it calls, and both before the app client.
 */
export function planUndo(record: JitSetupRecord, state: UndoState): readonly UndoStep[] {
  const flow = record.flow === undefined ? undefined : undoFlow(record.flow.flowId, state);
  const isKept = flow?.operation === "keep" && flow.reason !== "gone";
  return [
    ...(flow === undefined ? [] : [flow]),
    ...(record.connector === undefined ? [] : [undoConnector(record.connector, state, isKept)]),
    ...record.clients.map((client) =>
      undoClient(client, state.clients.get(clientKey(client.userPoolId, client.clientId))),
    ),
  ];
}

function undoFlow(flowId: string, { flow }: UndoState): UndoStep {
  const step = { subject: "flow", id: flowId, name: flow?.metadata.name ?? flowId } as const;
  if (flow === undefined) return { ...step, operation: "keep", reason: "gone" };
  return madeByUs(flow.metadata.description ?? "") === undefined
    ? { ...step, operation: "keep", reason: "changed-since" }
    : { ...step, operation: "delete" };
}

function undoConnector(
  { id, name, made }: NonNullable<JitSetupRecord["connector"]>,
  { connector, connectorsReadable, callers }: UndoState,
  isFlowKept: boolean,
): UndoStep {
  const step = { subject: "connector", id, name } as const;
  const keep = (reason: KeptReason): UndoStep => ({ ...step, operation: "keep", reason });
  if (connector === undefined) return keep(connectorsReadable ? "gone" : "by-hand");
  if (!made) return keep("not-made");
  if (callers.length > 0 || isFlowKept) return keep("in-use");
  return isOwnConnector(connector) ? { ...step, operation: "delete" } : keep("changed-since");
}

function undoClient(recorded: RecordedClient, found: AppClientDescription | undefined): UndoStep {
  const { userPoolId, clientId, name, change } = recorded;
  const step = { subject: "app-client", id: clientId, name, userPoolId } as const;
  if (found === undefined) return { ...step, operation: "keep", reason: "gone" };
  if (change === undefined) {
    // An application that signs in by it has given it URLs or scopes.
    return isOwnClient(found.settings) && found.name === name
      ? { ...step, operation: "delete" }
      : { ...step, operation: "keep", reason: "changed-since" };
  }
  return canonical(found.settings) === canonical(change.after)
    ? { ...step, operation: "restore", settings: { ...change.before, ClientName: found.name } }
    : { ...step, operation: "keep", reason: "changed-since" };
}
