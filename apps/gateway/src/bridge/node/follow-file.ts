import { readFile, stat } from "node:fs/promises";
import { type Clock, MigrationError } from "@cognito-to-descope/core";

/** A file that is read again whenever it changes. */
export interface FollowedFile<Value> extends AsyncDisposable {
  /** What the file said last, when it could be understood. */
  readonly value: Value;
  /** Looks now, instead of at the next time. */
  check(): Promise<void>;
}

/** How a file is followed. */
export interface FollowOptions<Value> {
  readonly parse: (text: string) => Value;
  /** What counts while there is no file. Without it there must be one. */
  readonly whenAbsent?: Value;
  readonly clock: Clock;
  /** Milliseconds between looks. @defaultValue 500 */
  readonly everyMs?: number;
  readonly onChange?: () => void;
  /** Hears when the file became unreadable or wrong. What it said before counts on. Must not throw. */
  readonly onProblem?: (error: unknown) => void;
}

/**
 * Reads a file, and follows it by looking at its times: what the system tells of changes does not reach into containers and
 * over mounts, and names that are links to another directory each time tell nothing.
 *
 * @throws MigrationError `ERR_CONFIG_UNREADABLE` when it cannot be read, and whatever `parse` throws, at the first time only.
 */
export async function followFile<Value>(path: string, options: FollowOptions<Value>): Promise<FollowedFile<Value>> {
  const { clock, everyMs = 500 } = options;
  const first = await look(path, options);
  let { value, stamp } = first;
  let checking: Promise<void> | undefined;

  const checkOnce = async (): Promise<void> => {
    try {
      if ((await stampOf(path)) === stamp) return;
      const next = await look(path, options);
      ({ value, stamp } = next);
    } catch (error) {
      const now = await stampOf(path).catch(() => "unreadable");
      // Said once, and not at every look.
      if (now !== stamp) options.onProblem?.(error);
      stamp = now;
      return;
    }
    options.onChange?.();
  };
  const check = async (): Promise<void> => {
    checking ??= checkOnce().finally(() => (checking = undefined));
    await checking;
  };

  const ended = new AbortController();
  const looking = (async () => {
    while (!ended.signal.aborted) {
      try {
        await clock.sleep(everyMs, ended.signal);
      } catch {
        return;
      }
      await check();
    }
  })();
  return {
    get value() {
      return value;
    },
    check,
    async [Symbol.asyncDispose]() {
      ended.abort();
      await looking;
    },
  };
}

async function look<Value>(
  path: string,
  options: FollowOptions<Value>,
): Promise<{ readonly value: Value; readonly stamp: string }> {
  // The times first: a change in between is seen at the next look.
  const stamp = await stampOf(path);
  if (stamp === ABSENT && options.whenAbsent !== undefined) return { value: options.whenAbsent, stamp };
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new MigrationError("ERR_CONFIG_UNREADABLE", "a file of the bridge cannot be read", {
      cause: error,
      suggestion: `make ${path} a readable file`,
    });
  }
  return { value: options.parse(text), stamp };
}

const ABSENT = "absent";

async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return ABSENT;
    throw error;
  }
}
