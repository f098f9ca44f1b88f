/**
 * One file with the whole state of both services, a JSON object a line: what it is, the lines of the Cognito service, those of
 * the Descope project, and how many lines there are, so that a file that was cut is known.
 */

import type { CognitoService } from "../cognito/cognito-service.ts";
import type { DescopeService } from "../descope/descope-service.ts";
import { countOf, nameOf, objectOf, parseFields, textOf } from "./line-fields.ts";
import type { Fields } from "./line-fields.ts";
import { LineInvalid, LineProblem, atLine } from "./line-invalid.ts";
import { readLines } from "./read-lines.ts";
import { writeLinesWhole } from "./write-lines.ts";

const format = "cognito-to-descope sandbox";
const version = 1;
const descopeFollows = '{"section":"descope"}';

/** What the first line tells. */
export interface SandboxIdentity {
  /** How many saves lie behind: sandboxes of one seed make other IDs after each. */
  readonly generation: number;
  readonly region: string;
  readonly accountId: string;
  readonly projectId: string;
  /** The pool and app client that the sandbox names when it starts; empty without. */
  readonly userPoolId: string;
  readonly clientId: string;
}

/** The services that are saved and restored. */
export interface SandboxServices {
  readonly cognito: CognitoService;
  readonly descope: DescopeService;
}

/**
 * Saves both services as they are at this moment. The file appears whole or not at all, and only its owner can read it: it
 * holds passwords and keys.
 *
 * @returns How many lines were written.
 * @throws The system's error when the file cannot be written.
 */
export function saveSandbox(path: string, identity: SandboxIdentity, services: SandboxServices): number {
  return writeLinesWhole(path, stateLines(identity, services));
}

function* stateLines(identity: SandboxIdentity, { cognito, descope }: SandboxServices): Generator<string> {
  let count = 3;
  yield JSON.stringify({ format, version, ...identity });
  for (const line of cognito.save()) {
    count += 1;
    yield line;
  }
  yield descopeFollows;
  for (const line of descope.save()) {
    count += 1;
    yield line;
  }
  yield JSON.stringify({ end: { lines: count } });
}

/** A saved sandbox whose first line was read. */
export interface SavedSandbox {
  readonly identity: SandboxIdentity;
  /**
   * Reads the rest into services that are new. They are not to be used when it fails.
   *
   * @throws LineInvalid naming the line, without anything that stands in it.
   */
  restore(services: SandboxServices): Promise<void>;
  /** Ends the reading. */
  close(): Promise<void>;
}

/**
 * Opens a file that {@link saveSandbox} wrote.
 *
 * @throws LineInvalid when the file is another or of a newer version; the system's error when it cannot be read.
 */
export async function openSavedSandbox(path: string): Promise<SavedSandbox> {
  const lines = readLines(path);
  const first = await lines.next();
  const identity = atLine(1, () => readIdentity(first.done === true ? "" : first.value));
  return {
    identity,
    restore: (services) => restore(lines, services),
    close: async () => void (await lines.return(undefined)),
  };
}

function readIdentity(line: string): SandboxIdentity {
  let fields: Fields = {};
  try {
    fields = parseFields(line);
  } catch {
    // Said below, as for any other text.
  }
  if (fields["format"] !== format) throw new LineProblem("is not the beginning of a saved sandbox");
  const written = countOf(fields, "version");
  if (written !== version) {
    throw new LineProblem(`is of format ${written}, which this sandbox does not know: it reads format ${version}`);
  }
  return {
    generation: countOf(fields, "generation"),
    region: nameOf(fields, "region", 32),
    accountId: nameOf(fields, "accountId", 12),
    projectId: nameOf(fields, "projectId"),
    userPoolId: textOf(fields, "userPoolId"),
    clientId: textOf(fields, "clientId"),
  };
}

async function restore(lines: AsyncGenerator<string, undefined>, { cognito, descope }: SandboxServices): Promise<void> {
  let number = 1;
  const cut = (): LineInvalid => new LineInvalid(number + 1, "is missing: the file was cut");
  /** The lines up to one that ends the section. */
  const section = async function* (isEnd: (line: string) => boolean): AsyncGenerator<string> {
    for (;;) {
      const { value } = await lines.next();
      if (value === undefined) throw cut();
      number += 1;
      if (isEnd(value)) return;
      yield value;
    }
  };
  const isMark = (line: string): boolean => line === descopeFollows;
  await take("Cognito service", number, (own) => cognito.restore(own), section(isMark));
  await take(
    "Descope project",
    number,
    (own) => descope.restore(own),
    section((line) => isLast(line, number)),
  );
  if ((await lines.next()).done !== true) throw new LineInvalid(number + 1, "comes after the end");
}

/** Each service numbers its own lines, and what it says of one may quote it. */
async function take(
  what: string,
  before: number,
  restoreService: (lines: AsyncIterable<string>) => Promise<void>,
  lines: AsyncIterable<string>,
): Promise<void> {
  try {
    await restoreService(lines);
  } catch (error) {
    if (error instanceof LineInvalid) throw error;
    const own = /^line (\d+):/.exec(error instanceof Error ? error.message : "")?.[1];
    if (own === undefined) throw error;
    throw new LineInvalid(before + Number(own), `is no state of a ${what}`);
  }
}

function isLast(line: string, number: number): boolean {
  if (!line.startsWith('{"end":')) return false;
  const told = atLine(number, () => countOf(objectOf(parseFields(line), "end"), "lines"));
  if (told !== number) throw new LineInvalid(number, `says that the file has ${told} lines: lines were lost or added`);
  return true;
}
