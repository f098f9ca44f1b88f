import type { Integration, Step } from "./integration.ts";

/** The steps of an integration, as a document for the person who does it. */
export function renderRunbook(integration: Integration): string {
  const { title, description, replaces, files, bundle, runbook } = integration;
  const beside = [...files.map(({ name }) => name), ...(bundle === undefined ? [] : [bundle])];
  const parts = [
    `# ${title}`,
    description,
    ...(replaces.length === 0 ? [] : ["## What it replaces", list(replaces)]),
    "## Before",
    steps(runbook.before),
    "## Cut-over",
    steps(runbook.steps, runbook.before.length),
    "## The way back",
    steps(runbook.rollback),
    ...(runbook.backEnds.length === 0 ? [] : ["## What back ends see differently", list(runbook.backEnds)]),
    ...(runbook.doubts.length === 0
      ? []
      : ["## What to try first", "None of this was tried against a live AWS account.", list(runbook.doubts)]),
    ...(beside.length === 0 ? [] : ["## Files", list(beside.map((name) => `\`${name}\``))]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function steps(all: readonly Step[], before = 0): string {
  return all
    .map(({ text, commands = [] }, index) => {
      const number = `${before + index + 1}. `;
      const indent = " ".repeat(number.length);
      const block = commands.map((command) => `${indent}${command}`).join("\n");
      return commands.length === 0
        ? `${number}${text}`
        : `${number}${text}\n\n${indent}\`\`\`sh\n${block}\n${indent}\`\`\``;
    })
    .join("\n\n");
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}
