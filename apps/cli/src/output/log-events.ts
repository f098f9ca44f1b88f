import type { AdapterEvent } from "../session.ts";

/** An adapter's event as a line: `descope throttled operation=… waitMs=…`. */
export function describeEvent(event: AdapterEvent): string {
  const { type, ...facts } = event.event;
  const pool = event.side === "cognito" ? ` userPoolId=${event.userPoolId}` : "";
  const words = Object.entries(facts).map(([name, value]) => ` ${name}=${String(value)}`);
  return `${event.side} ${type}${pool}${words.join("")}`;
}
