import { existsSync, readFileSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { basename, dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { hasCode, MigrationError } from "@cognito-to-descope/core";
import type { Config } from "./config.ts";
import { readEnvironment } from "./env.ts";
import { resolveConfig } from "./resolve.ts";
import { Secret } from "./secret.ts";
import type { ConfigNeeds } from "./rules/complete.ts";

/** Names under which a config file is found, in this order. */
export const CONFIG_FILE_NAMES = ["c2d.config.ts", "c2d.config.json", "c2d.config.yaml", "c2d.config.yml"] as const;

/** Where a config is looked for. */
export interface LoadOptions {
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** `--config`. */
  readonly config?: string | undefined;
  /** `--state`. */
  readonly state?: string | undefined;
  readonly needs: ConfigNeeds;
  /** Changes what the file says before it is checked. */
  readonly change?: (written: unknown) => unknown;
}

/**
 * Finds, reads and resolves the config; without a file the environment has to say everything.
 *
 * @throws MigrationError `ERR_CONFIG_UNREADABLE` when the file cannot be read, and {@link resolveConfig}'s.
 */
export async function loadConfig(options: LoadOptions): Promise<Config> {
  const { cwd, variables, needs, change = (unchanged) => unchanged } = options;
  const path = findConfigFile(cwd, options.config);
  const written = change(await readWrittenConfig(path));
  return resolveConfig({
    written,
    file: path === undefined ? undefined : basename(path),
    base: path === undefined ? cwd : dirname(path),
    environment: readEnvironment(cwd, variables),
    needs,
    cwd,
    stateOption: options.state === undefined ? undefined : new Secret(options.state),
  });
}

/** The config file that counts in a directory; undefined when there is none. */
export function findConfigFile(cwd: string, given: string | undefined): string | undefined {
  if (given !== undefined) return resolve(cwd, given);
  const found = CONFIG_FILE_NAMES.map((name) => resolve(cwd, name)).filter((path) => existsSync(path));
  if (found.length > 1) {
    throw new MigrationError(
      "ERR_CONFIG_UNREADABLE",
      `there are several config files: ${found.map((path) => basename(path)).join(", ")}`,
      {
        suggestion: "keep one of them, or name it with --config",
      },
    );
  }
  return found[0];
}

/**
 * Reads a config file as it is written, and checks nothing of it; without a file it is empty.
 *
 * @throws MigrationError `ERR_CONFIG_UNREADABLE` when the file cannot be read.
 */
export async function readWrittenConfig(path: string | undefined): Promise<unknown> {
  return path === undefined ? {} : await readConfigFile(path);
}

async function readConfigFile(path: string): Promise<unknown> {
  const extension = extname(path);
  try {
    if (extension === ".ts" || extension === ".mts" || extension === ".js" || extension === ".mjs") {
      return await importConfig(path);
    }
    const text = readFileSync(path, "utf8");
    if (extension === ".json") return parseJson(text);
    if (extension === ".yaml" || extension === ".yml") return await parseYaml(text);
  } catch (error) {
    if (hasCode(error, "ERR_CONFIG_UNREADABLE")) throw error;
    throw unreadable(path, reasonOf(error), error);
  }
  throw unreadable(path, "it is neither .ts, .json nor .yaml");
}

function unreadable(path: string, reason: string, cause?: unknown): MigrationError {
  return new MigrationError("ERR_CONFIG_UNREADABLE", `${basename(path)} cannot be read: ${reason}`, {
    ...(cause === undefined ? {} : { cause }),
    suggestion: "correct the file, or write a new one with `c2d init --force`",
  });
}

/** Messages of parsers quote the text, which may hold what must not be shown: only the place is passed on. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "it throws";
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a directory";
  if (code === "EACCES" || code === "EPERM") return "this user may not read it";
  if (code === "ERR_MODULE_NOT_FOUND") return "it imports a module that cannot be found";
  const line = /c2d\.config[^:\s]*:(\d+)/.exec(error.stack ?? "")?.[1];
  return `${error.name}${line === undefined ? "" : ` in line ${line}`}`;
}

async function importConfig(path: string): Promise<unknown> {
  // A config outside of any package can name this one: it need not be installed beside the file.
  const own = import.meta.resolve("cognito-to-descope");
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "cognito-to-descope" ? { url: own, shortCircuit: true } : next(specifier, context),
  });
  try {
    const { mtimeMs } = statSync(path);
    const module = (await import(`${pathToFileURL(path).href}?changed=${mtimeMs}`)) as { readonly default?: unknown };
    if (module.default === undefined) throw unreadable(path, "it has no default export");
    return module.default;
  } finally {
    hooks.deregister();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split("\n").length;
    throw new MigrationError(
      "ERR_CONFIG_UNREADABLE",
      `the config file is not valid JSON${line === undefined ? "" : ` (line ${line})`}`,
    );
  }
}

async function parseYaml(text: string): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const line = problem.linePos?.[0].line;
    throw new MigrationError(
      "ERR_CONFIG_UNREADABLE",
      `the config file is not valid YAML${line === undefined ? "" : ` (line ${line})`}`,
    );
  }
  return document.toJS() as unknown;
}
