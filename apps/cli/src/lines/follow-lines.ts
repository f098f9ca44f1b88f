import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";

/** A file of lines that others add to, such as a log. */
export interface FollowedLines {
  /**
   * Reads the lines that were added since the last time. A line that is not complete waits until it is.
   *
   * @param listener.onAnew - The file is another one, or shorter than before: lines that were read are void, and all that is there
   *   now follows.
   * @returns Whether the file is there.
   */
  read(listener: { readonly onLine: (line: string) => void; readonly onAnew: () => void }): Promise<boolean>;
}

const CHUNK = 64 * 1024;
/** What is longer is cut off: no line of ours is nearly that long. */
const LONGEST_LINE = 256 * 1024;

/** Begins at the start of the file, which need not be there yet. */
export function followLines(path: string): FollowedLines {
  let offset = 0;
  let identity = "";
  let rest = "";
  let decoder = new StringDecoder("utf8");

  function beginAnew(): void {
    offset = 0;
    rest = "";
    decoder = new StringDecoder("utf8");
  }

  return {
    async read({ onLine, onAnew }) {
      let file: Awaited<ReturnType<typeof open>>;
      try {
        file = await open(path, "r");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
        if (offset > 0) onAnew();
        beginAnew();
        identity = "";
        return false;
      }
      try {
        const { dev, ino, size } = await file.stat();
        const found = `${dev} ${ino}`;
        if (offset > 0 && (found !== identity || size < offset)) onAnew();
        if (found !== identity || size < offset) beginAnew();
        identity = found;
        const buffer = Buffer.alloc(CHUNK);
        while (offset < size) {
          const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK, size - offset), offset);
          if (bytesRead === 0) break;
          offset += bytesRead;
          const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split("\n");
          rest = (lines.pop() ?? "").slice(0, LONGEST_LINE);
          for (const line of lines) if (line.trim() !== "") onLine(line);
        }
      } finally {
        await file.close();
      }
      return true;
    },
  };
}
