import { join, resolve } from "node:path";
import {
  consoleSteps,
  type Connector,
  type FlowDocument,
  type JitSetupPlan,
  renderTerraform,
  snapshotPatch,
} from "@cognito-to-descope/core";
import { writeFileWhole } from "../output/write-file.ts";

/** Names of the files, beside `snapshot/`. */
const STEPS_FILE = "CONSOLE.md";
const TERRAFORM_FILE = "cognito-to-descope.tf.json";

/** What a plan would make in the project, by hand. */
export interface ByHandParts {
  readonly projectId: string;
  readonly connector: Connector;
  readonly document: FlowDocument;
  readonly missing: JitSetupPlan["missing"];
}

/**
 * Writes what makes connector and flow by hand: steps in the console, a file for Terraform, files of a snapshot. None of them
 * holds a secret.
 *
 * @returns Paths of what was written.
 * @throws MigrationError `ERR_OUTPUT_UNWRITABLE`.
 */
export async function writeByHand(
  directory: string,
  cwd: string,
  { projectId, connector, document, missing }: ByHandParts,
): Promise<readonly string[]> {
  const { flowId } = document;
  const flowFile = `${flowId}.json`;
  const steps = consoleSteps({ connector, flowId, flowFile });
  const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
  const snapshot = Object.entries(snapshotPatch(connector, document));
  const files: readonly (readonly [string, string])[] = [
    [STEPS_FILE, `# What is made by hand\n\n${steps.map((step, index) => `${index + 1}. ${step}\n`).join("")}`],
    [flowFile, json(document)],
    [TERRAFORM_FILE, renderTerraform({ projectId, connector, attributes: missing.attributes, flowId, flowFile })],
    ...snapshot.map(([path, content]) => [join("snapshot", path), json(content)] as const),
  ];
  const written: string[] = [];
  for (const [name, text] of files) {
    const path = resolve(cwd, directory, name);
    await writeFileWhole(path, [text], 0o644);
    written.push(path);
  }
  return written;
}
