import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Root of the checkout. */
export const root: string = fileURLToPath(new URL("..", import.meta.url));

/** One workspace, as far as scripts need it. */
export interface Workspace {
  readonly folder: string;
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  /** What can be imported of it: its name, and its subpaths. */
  readonly entries: readonly string[];
}

/** Every workspace, each after those it depends on. */
export const workspaces: readonly Workspace[] = [
  "packages/core",
  "packages/cognito",
  "packages/aws-inventory",
  "packages/descope",
  "packages/store",
  "packages/idp-metadata",
  "packages/session",
  "packages/sandbox",
  "apps/gateway",
  "apps/console",
  "apps/cli",
].map((folder) => {
  const manifest = JSON.parse(readFileSync(`${root}/${folder}/package.json`, "utf8")) as {
    readonly name: string;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly exports: Readonly<Record<string, unknown>>;
  };
  const { name, dependencies = {}, exports } = manifest;
  return { folder, name, dependencies, entries: Object.keys(exports).map((path) => name + path.slice(1)) };
});
