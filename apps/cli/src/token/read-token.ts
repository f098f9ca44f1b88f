import { open } from "node:fs/promises";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import type { CliHost } from "../cli-host.ts";
import { usageError } from "../errors.ts";

/** Longer than any token that a service takes in a header. */
const MOST_BYTES = 64 * 1024;

/**
 * Reads a token from a file or, for `-`, from standard input. Tokens come in no argument: those stand in the shell's
 * history and in the list of processes.
 *
 * @throws MigrationError `ERR_USAGE`, without any of the token.
 */
export async function readToken(host: CliHost, file: string): Promise<string> {
  const text = file === "-" ? await readStream(host.stdin) : await readFile(resolve(host.cwd, file));
  // As it stands in a header, in quotes, or with the line break of an editor.
  const token = text
    .trim()
    .replace(/^(?:Authorization:\s*)?Bearer\s+/i, "")
    .replace(/^(["'])(.*)\1$/, "$2")
    .trim();
  if (token === "")
    throw usageError("there is no token", "give the file that holds it, or - and the token on standard input");
  return token;
}

async function readStream(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array | string);
    size += bytes.length;
    if (size > MOST_BYTES) throw tooLong();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function readFile(path: string): Promise<string> {
  try {
    await using file = await open(path, "r");
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES + 1), 0, MOST_BYTES + 1, 0);
    if (bytesRead > MOST_BYTES) throw tooLong();
    return buffer.subarray(0, bytesRead).toString("utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_USAGE") throw error;
    throw usageError(
      `the file of the token cannot be read (${code ?? "unknown"})`,
      "check the path, or give - and the token on standard input",
    );
  }
}

function tooLong(): Error {
  return usageError("this is no token: it is longer than 64 KB");
}
