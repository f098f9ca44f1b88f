import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type FlowDocument, MigrationError, parseFlow, readSnapshotFlow } from "@cognito-to-descope/core";
import { createFlows } from "@cognito-to-descope/descope";
import { usageError } from "../errors.ts";
import type { Invocation } from "../invocation.ts";
import { targetOptions } from "../open-target.ts";
import { prepareConfig } from "../prepare.ts";

/** Larger than any flow: 200 tasks with a screen each come to about 2 MB. */
const MOST_BYTES = 16 * 1024 * 1024;

const PROJECT = "project:";

/**
 * Reads a flow from where an operand says: a file, the directory of a flow in a snapshot, `-` for standard input, or
 * `project:` and a flow ID for a flow of the project.
 *
 * @throws MigrationError `ERR_FLOW_INVALID` when it is no flow, `ERR_USAGE` when it cannot be read or is not there.
 */
export async function readFlowInput(invocation: Invocation, place: string): Promise<FlowDocument> {
  const { host } = invocation;
  if (place.startsWith(PROJECT)) return await readProjectFlow(invocation, place.slice(PROJECT.length));
  if (place === "-") return parseText(await readStandardInput(invocation));
  const path = resolve(host.cwd, place);
  try {
    const { size, ...found } = await stat(path).then((stats) => ({
      size: stats.size,
      isDirectory: stats.isDirectory(),
    }));
    if (found.isDirectory) return await readDirectory(path);
    if (size > MOST_BYTES) throw tooLarge();
    return parseText(await readFile(path, "utf8"));
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw usageError(
      `the flow cannot be read from ${basename(path)} (${code ?? "unknown"})`,
      "give a file, the directory of a flow in a snapshot, - for standard input, or project:<flow ID>",
    );
  }
}

async function readProjectFlow(invocation: Invocation, flowId: string): Promise<FlowDocument> {
  const config = await prepareConfig(invocation, { source: false, target: true });
  const flows = createFlows(targetOptions(config));
  const document = await flows.read(flowId, { signal: invocation.host.signal });
  if (document !== undefined) return document;
  const known = (await flows.list({ signal: invocation.host.signal })).map((flow) => flow.flowId);
  throw usageError("the project has no flow of this ID", `it has ${known.length === 0 ? "none" : known.join(", ")}`);
}

async function readDirectory(path: string): Promise<FlowDocument> {
  const names = (await readdir(path)).filter((name) => name.endsWith(".json"));
  const files: Record<string, unknown> = {};
  let size = 0;
  for (const name of names) {
    const text = await readFile(join(path, name), "utf8");
    size += text.length;
    if (size > MOST_BYTES) throw tooLarge();
    files[name] = parseJson(text);
  }
  return readSnapshotFlow(basename(path), files).document;
}

async function readStandardInput({ host }: Invocation): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of host.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array | string);
    size += bytes.length;
    if (size > MOST_BYTES) throw tooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseText(text: string): FlowDocument {
  return parseFlow(parseJson(text)).document;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\u{feff}/u, ""));
  } catch {
    throw new MigrationError("ERR_FLOW_INVALID", "this is not a flow: it is no JSON", {
      suggestion: "give a flow as the console, `descope flow export` or `c2d flow emit` writes it",
    });
  }
}

function tooLarge(): MigrationError {
  return new MigrationError("ERR_FLOW_INVALID", "this is not a flow: it is larger than 16 MB");
}
