import { derivedId } from "../derived-id.ts";
import type { FlowConnector } from "../options.ts";

/** The connector's ID, or one that follows from its name. On import the name decides. */
export function connectorId({ id, name }: FlowConnector): string {
  return id ?? derivedId("CI", name);
}
