import type { AdapterEvent } from "../session.ts";
import { formatDuration } from "./printable.ts";

/** An adapter's event as a line: `descope throttled operation=… waitMs=…`. */
export function describeEvent(event: AdapterEvent): string {
  const { type, ...facts } = event.event;
  const pool = event.side === "cognito" ? ` userPoolId=${event.userPoolId}` : "";
  const words = Object.entries(facts).map(([name, value]) => ` ${name}=${String(value)}`);
  return `${event.side} ${type}${pool}${words.join("")}`;
}

/** What a service made this process wait for, in a few words; undefined when the event is of another kind. */
export function describeWait(event: AdapterEvent): string | undefined {
  if (event.side === "operator") return undefined;
  const { side, event: what } = event;
  if (what.type !== "throttled" && what.type !== "retried") return undefined;
  const ms = "waitMs" in what ? what.waitMs : what.delayMs;
  const why = what.type === "retried" ? ` after ${what.reason}` : "";
  return `${side} ${what.type} ${what.operation}${why}, ${formatDuration(ms / 1000)}`;
}
