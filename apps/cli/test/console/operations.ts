import { renderConsoleApi } from "../../src/console/render-api.ts";

/** One operation of the contract, with an address that fits its path. */
export interface ConsoleOperation {
  /** `get`, `post`, … */
  readonly method: string;
  readonly path: string;
  /** The path with its parameters filled in: the newest run, its first user, and a command that nobody started. */
  readonly address: string;
}

const EXAMPLES: Readonly<Record<string, string>> = { run: "newest", seq: "1", id: "20261126120000-abcdef" };

/** Every operation of the contract: a route that is added is among them by itself. */
export function everyOperation(): readonly ConsoleOperation[] {
  const { paths } = JSON.parse(renderConsoleApi()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method, path, address: fill(path) })),
  );
}

function fill(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const example = EXAMPLES[name];
    if (example === undefined) throw new Error(`say what stands for {${name}} in ${path}`);
    return example;
  });
}
