import type { FlowDocument } from "../../flows/flow-document.ts";
import { type SnapshotFiles, writeSnapshotFlow } from "../../flows/formats/snapshot-format.ts";
import type { Connector } from "../../ports/connectors.ts";

/** Settings whose values a snapshot does not hold. */
const SECRET_SETTINGS: ReadonlySet<string> = new Set(["bearerToken", "hmacSecret"]);

/**
 * The files that a snapshot of the project lacks, by path, without secrets: descopecli asks for those when it validates.
 *
 * The indexes are not among them, because they name what the project has besides: `connectors/connectors.json` and
 * `flows/flows.json` need one line more each.
 */
export function snapshotPatch(connector: Connector, document: FlowDocument): SnapshotFiles {
  return {
    [`connectors/${slugOf(connector.name)}.json`]: withoutSecrets(connector),
    ...Object.fromEntries(
      Object.entries(writeSnapshotFlow(document)).map(([name, content]) => [
        `flows/${document.flowId}/${name}`,
        content,
      ]),
    ),
  };
}

/** The name as a file of a snapshot has it. */
export function slugOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "") || "unnamed"
  );
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, SECRET_SETTINGS.has(key) ? "" : withoutSecrets(member)]),
  );
}
