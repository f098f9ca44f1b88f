import type { FlowDocument } from "../flow-document.ts";
import { isJsonObject, type JsonObject, ownOf, textOf } from "../json.ts";
import { invalidFlow, readExportedFlow } from "../parse-flow.ts";

/** The files of a flow's directory in a project snapshot, by name. */
export type SnapshotFiles = Readonly<Record<string, unknown>>;

/** A flow from a snapshot. */
export interface SnapshotFlow {
  readonly document: FlowDocument;
  /** What the screens are called in file names, by screen ID. They are not in the document itself. */
  readonly screenNames: Readonly<Record<string, string>>;
  /** Files of the directory that are not part of the flow. */
  readonly otherFiles: SnapshotFiles;
}

const METADATA = "metadata.json";
const CONTENTS = "contents.json";

/** Where fields of a document go that the directory has no place for. */
const DOCUMENT_FIELDS = "document";

function screenFile(name: string): string {
  return `screen-${name}.json`;
}

/**
 * Reads a flow from the directory that it has in a project snapshot.
 *
 * @param flowId - The directory's name.
 * @throws MigrationError `ERR_FLOW_INVALID` when a file is missing or is not what it should be.
 */
export function readSnapshotFlow(flowId: string, files: SnapshotFiles): SnapshotFlow {
  const metadata = files[METADATA];
  const contents = files[CONTENTS];
  if (!isJsonObject(metadata)) throw invalidFlow(`the directory has no ${METADATA}`);
  if (!isJsonObject(contents)) throw invalidFlow(`the directory has no ${CONTENTS}`);
  const { screens: listed, references, [DOCUMENT_FIELDS]: others, ...settings } = metadata;
  if (listed !== undefined && !(Array.isArray(listed) && listed.every((name) => typeof name === "string")))
    throw invalidFlow(`screens in ${METADATA} is not a list of names`);
  const names: readonly string[] = listed ?? [];
  const screenNames = new Map<string, string>();
  const screens = names.map((name) => {
    const screen = files[screenFile(name)];
    if (!isJsonObject(screen)) throw invalidFlow(`the directory has no ${screenFile(name)}`);
    const screenId = typeof screen["screenId"] === "string" ? screen["screenId"] : name;
    screenNames.set(screenId, name);
    return { ...screen, screenId };
  });
  const document = readExportedFlow({
    ...(isJsonObject(others) ? others : {}),
    flowId,
    metadata: settings,
    contents,
    ...(listed === undefined ? {} : { screens }),
    ...(references === undefined ? {} : { references }),
  });
  const own = new Set([METADATA, CONTENTS, ...names.map(screenFile)]);
  const otherFiles = Object.fromEntries(Object.entries(files).filter(([name]) => !own.has(name)));
  return { document, screenNames: Object.fromEntries(screenNames), otherFiles };
}

/**
 * Makes the files of a flow's directory in a project snapshot.
 *
 * @param screenNames - What to call screens in file names, by screen ID. @defaultValue the screen IDs
 */
export function writeSnapshotFlow(
  document: FlowDocument,
  screenNames: Readonly<Record<string, string>> = {},
): Readonly<Record<string, JsonObject>> {
  const { flowId: _flowId, metadata, contents, screens, references, ...others } = document;
  const nameOf = (screenId: string): string => textOf(ownOf(screenNames, screenId)) || screenId;
  return {
    [METADATA]: {
      ...metadata,
      ...(references === undefined ? {} : { references }),
      ...(screens === undefined ? {} : { screens: screens.map(({ screenId }) => nameOf(screenId)) }),
      ...(Object.keys(others).length === 0 ? {} : { [DOCUMENT_FIELDS]: others }),
    },
    [CONTENTS]: contents,
    ...Object.fromEntries((screens ?? []).map((screen) => [screenFile(nameOf(screen.screenId)), screen])),
  };
}
