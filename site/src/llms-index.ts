/** `llms.txt`: what a program that reads the guide finds where, in the form of https://llmstxt.org (read 2026-11-26). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PARTS } from "./navigation.ts";
import { documentsOf, titleOf } from "./stage-pages.ts";

const HEAD = `# cognito-to-descope

> Moves users, groups, attributes, passwords, sign-in, SSO connections and back ends from Amazon Cognito user pools to a Descope
> project. A command line (\`c2d\`) plans, applies and proves; a gateway checks passwords at first sign-ins; a library verifies
> tokens of both services.

Things to know before using it:

- Begin with a dry run. \`c2d assess\` and \`c2d plan\` only read; \`c2d migrate --dry-run\` writes nothing to Descope.
- Cognito exports no password hash, no TOTP seed and no passkey. Nothing here claims otherwise.
- \`--json\` prints one document on standard output, and everything else on standard error. Exit codes are documented and stable.
- Secrets come from the environment only. Never print them, and never put them into the config file.
- Everything can be tried without an account: \`c2d sandbox\` runs both services on one machine.
`;

/** The text of \`llms.txt\`, whose links lead to the documents of the repository. */
export function llmsIndex(root: string): string {
  const parts = PARTS.map(
    ({ title, pages }) => `## ${title}\n\n${pages.map((page) => entry(root, `docs/${page}`)).join("\n")}\n`,
  );
  const runbooks = documentsOf(root).filter(
    (path) => /^docs\/runbooks\/.*\.md$/.test(path) && !path.endsWith("README.md"),
  );
  return [
    HEAD,
    ...parts,
    `## Runbooks\n\n${runbooks.map((path) => entry(root, path)).join("\n")}\n`,
    `## Optional\n\n${["AGENTS.md", "CONTRIBUTING.md", "SECURITY.md", "packages/core/src/terminology.md"].map((path) => entry(root, path)).join("\n")}\n`,
  ].join("\n");
}

function entry(root: string, path: string): string {
  const text = readFileSync(join(root, path), "utf8");
  return `- [${titleOf(text)}](${path}): ${firstSentence(text)}`;
}

/** The first sentence of a document's prose, without links and on one line. */
function firstSentence(text: string): string {
  const paragraph = text
    .split(/\n{2,}/)
    .find((block) => !/^(?:#|<!--|\||```|\*\*(?:blocker|warning|note)\*\*|Recovery:)/.test(block.trim()));
  if (paragraph === undefined) throw new Error(`no prose below "${titleOf(text)}"`);
  const line = paragraph
    .replace(/^- /, "")
    .replaceAll("**", "")
    .replace(/\s+/g, " ")
    .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1");
  return /^.*?[.?](?=\s|$)/.exec(line)?.[0] ?? line.replace(/:$/, ".");
}
