/** Reads a file of lines that may be larger than memory. */

import { createReadStream } from "node:fs";

import { LineInvalid } from "./line-invalid.ts";

const newline = 0x0a;
/** No line of a real file comes near. */
const longestLine = 64 * 1024 * 1024;

/**
 * The lines of a UTF-8 file, without their ends.
 *
 * @throws LineInvalid for a line that is not UTF-8 or has no end in sight; the system's error when the file cannot be read.
 */
export async function* readLines(path: string): AsyncGenerator<string, undefined> {
  let number = 1;
  let rest: Buffer[] = [];
  let restSize = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    const last = chunk.lastIndexOf(newline);
    if (last < 0) {
      rest.push(chunk);
      restSize += chunk.length;
      if (restSize > longestLine) throw new LineInvalid(number, "is too long");
      continue;
    }
    const lines = decode(Buffer.concat([...rest, chunk.subarray(0, last)]), number);
    number += lines.length;
    yield* lines;
    rest = [chunk.subarray(last + 1)];
    restSize = chunk.length - last - 1;
  }
  if (restSize > 0) yield* decode(Buffer.concat(rest), number);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

function decode(bytes: Buffer, first: number): readonly string[] {
  try {
    return decoder.decode(bytes).split("\n");
  } catch {
    return [...eachLine(bytes, first)];
  }
}

/** One line at a time, to find the one that is not UTF-8. */
function* eachLine(bytes: Buffer, first: number): Generator<string> {
  let number = first;
  for (let start = 0; start <= bytes.length; number += 1) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.length : found;
    try {
      yield decoder.decode(bytes.subarray(start, end));
    } catch {
      throw new LineInvalid(number, "is not UTF-8");
    }
    start = end + 1;
  }
}
