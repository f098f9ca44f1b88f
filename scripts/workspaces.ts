import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Root of the checkout. */
export const root: string = fileURLToPath(new URL("..", import.meta.url));

/** One workspace, as far as scripts need it. */
export interface Workspace {
  readonly folder: string;
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Every workspace, each after those it depends on. */
export const workspaces: readonly Workspace[] = [
  "packages/core",
  "packages/cognito",
  "packages/descope",
  "packages/store",
  "packages/sandbox",
  "apps/gateway",
  "apps/cli",
].map((folder) => {
  const manifest = JSON.parse(readFileSync(`${root}/${folder}/package.json`, "utf8")) as Omit<Workspace, "folder">;
  return { folder, name: manifest.name, dependencies: manifest.dependencies ?? {} };
});
