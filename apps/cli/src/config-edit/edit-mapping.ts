import { extname } from "node:path";
import { editJson } from "./edit-json.ts";
import { editScript } from "./edit-script.ts";
import { editYaml } from "./edit-yaml.ts";
import type { MappingChange, MappingEdit } from "./mapping-edit.ts";
import { renderLiteral } from "./script-literal.ts";

/** Changes the section `mapping` in the text of a config file of that name. */
export function editMapping(name: string, text: string, change: MappingChange): MappingEdit {
  switch (extname(name)) {
    case ".json":
      return editJson(text, change);
    case ".yaml":
    case ".yml":
      return editYaml(text, change);
    default:
      return editScript(text, change);
  }
}

/** The section as it is to be pasted by hand. */
export function pasteMapping({ after }: MappingChange): string {
  return `mapping: ${renderLiteral(after, "", "  ", "mapping: ".length)},\n`;
}
