import type { FlowDocument } from "../flow-document.ts";
import { textOf } from "../json.ts";
import { FLOW_KINDS, type FlowKind } from "./options.ts";

const MARK = /\bMade by c2d: ([a-z-]+)\.$/;

/** The description of a flow that this product made. It is by this that it knows the flow again. */
export function markedDescription(sentence: string, kind: FlowKind): string {
  return `${sentence} Made by c2d: ${kind}.`;
}

/** What a flow was made for, when this product made it. */
export function madeByUs(description: string): FlowKind | undefined {
  const kind = MARK.exec(description.trim())?.[1];
  return FLOW_KINDS.find((one) => one === kind);
}

/** What a document was made for, when this product made it. */
export function kindOf({ metadata }: FlowDocument): FlowKind | undefined {
  return madeByUs(textOf(metadata.description));
}
