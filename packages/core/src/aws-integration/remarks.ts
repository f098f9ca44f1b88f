import type { Integration } from "./integration.ts";

const WIDTH = 100;

/** What stands in comments at the head of every document. */
export function remarks({ title, description, replaces, resources, runbook }: Integration): readonly string[] {
  const existing = resources.filter((resource) => resource.existing !== undefined);
  return [
    `${title}.`,
    "",
    ...wrap(description),
    "",
    ...(replaces.length === 0 ? [] : ["Replaces:", ...replaces.flatMap((line) => wrap(line, "- ")), ""]),
    ...existing.flatMap(({ id }) =>
      wrap(
        `${id} exists already. Put these properties on it in the stack that owns it, or import it; this document names the properties that matter here, and no others.`,
      ),
    ),
    ...(existing.length === 0 ? [] : [""]),
    "Order (the runbook has the commands, and the way back):",
    ...[...runbook.before, ...runbook.steps].flatMap((step, index) => wrap(step.text, `${index + 1}. `)),
  ];
}

/** Breaks a text into lines; those after the first stand under its beginning. */
export function wrap(text: string, first = ""): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = " ".repeat(first.length);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
