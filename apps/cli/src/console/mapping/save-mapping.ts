import { basename } from "node:path";
import { MigrationError } from "@cognito-to-descope/core";
import type { MappingPreview, MappingRulesJson, MappingSaved, SavedRules } from "@cognito-to-descope/console/contract";
import { structuredPatch } from "diff";
import { mappingOf } from "../../config/with-mapping.ts";
import { readConfigText, replaceConfig } from "../../config-edit/config-file.ts";
import { editMapping, pasteMapping } from "../../config-edit/edit-mapping.ts";
import type { JsonObject } from "../../config-edit/mapping-edit.ts";
import type { MappingServices } from "../mapping-services.ts";
import { withoutCode } from "./describe-mapping.ts";

/** A change of the file that is thought out and not made yet. */
interface Draft {
  readonly path: string;
  readonly before: string;
  /** Absent where a person has to do it. */
  readonly text?: string;
  readonly byHand: MappingPreview["byHand"];
}

/**
 * Says what a save would change in the config file.
 *
 * @throws MigrationError `ERR_CONFIG_CHANGED` when the file is of another version, and ConfigInvalid.
 */
export async function previewMapping(services: MappingServices, wanted: SavedRules): Promise<MappingPreview> {
  const { path, before, text, byHand } = await draft(services, wanted);
  return { file: basename(path), lines: text === undefined ? [] : diffLines(before, text), byHand };
}

/**
 * Writes rules to the config file.
 *
 * @param now - Epoch milliseconds, for the name of the backup.
 * @throws MigrationError as {@link previewMapping}, and `ERR_USAGE` where a person has to change the file.
 */
export async function writeMapping(
  services: MappingServices,
  wanted: SavedRules,
  now: number,
): Promise<Omit<MappingSaved, "planIsStale">> {
  const { path, text, byHand } = await draft(services, wanted);
  if (text === undefined) {
    throw new MigrationError("ERR_USAGE", `${basename(path)} cannot be changed from here: ${byHand?.reason ?? ""}`, {
      suggestion: "paste the rules into the file by hand",
    });
  }
  const backup = await replaceConfig(path, wanted.version ?? undefined, text, now);
  return { file: basename(path), version: readConfigText(path)?.version ?? "", backup: backup ?? null };
}

async function draft(services: MappingServices, { mapping, version }: SavedRules): Promise<Draft> {
  const path = services.file() ?? services.newFile;
  const now = readConfigText(path);
  if ((now?.version ?? null) !== version) {
    throw new MigrationError("ERR_CONFIG_CHANGED", `${basename(path)} has changed since it was read`, {
      suggestion: "load the page again: it shows the rules as they are now",
    });
  }
  // Nothing is written that the next command would refuse, and no secret.
  await services.load(mapping);
  const before = asJson(withoutCode(mappingOf(await services.readWritten())));
  const change = { before, after: asJson(mapping) };
  if (now === undefined) return { path, before: "", text: newFile(change.after), byHand: null };
  const edit = editMapping(basename(path), now.text, change);
  return "text" in edit
    ? { path, before: now.text, text: edit.text, byHand: null }
    : { path, before: now.text, byHand: { reason: edit.byHand, paste: pasteMapping(change) } };
}

function newFile(mapping: JsonObject): string {
  return `${JSON.stringify({ mapping }, undefined, 2)}\n`;
}

/** What was parsed from JSON, or is checked to be of the config's form, is JSON. */
function asJson(rules: MappingRulesJson): JsonObject {
  return JSON.parse(JSON.stringify(rules)) as JsonObject;
}

const AROUND = 3;

function diffLines(before: string, after: string): MappingPreview["lines"] {
  const { hunks } = structuredPatch("", "", before, after, undefined, undefined, { context: AROUND });
  return hunks.flatMap(({ lines }, index) => [
    ...(index > 0 ? [{ kind: "gap", text: "" } as const] : []),
    ...lines
      .filter((line) => !line.startsWith("\\"))
      .map((line) => {
        const kind = line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same";
        return { kind, text: line.slice(1).replace(/\r$/, "") } as const;
      }),
  ]);
}
