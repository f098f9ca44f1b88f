import type { NumberedEvent } from "@cognito-to-descope/core";
import type { LogEntry } from "@cognito-to-descope/console/contract";
import { eventOperator, eventWords } from "../../report/event-words.ts";

/** An event of a run as an entry of its log. */
export function toLogEntry({ no, event }: NumberedEvent): LogEntry {
  const { at, type, data } = event;
  const who = eventOperator(data);
  return {
    no,
    at: new Date(at).toISOString(),
    type,
    data,
    text: `${eventWords(event)}${who === undefined ? "" : ` (${who})`}`,
  };
}
