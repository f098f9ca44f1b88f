/** What the reference of the packages is made of. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TypeDocOptions } from "typedoc";

/** Packages whose exports others may use, in the order of the reference. */
const PACKAGES = [
  "apps/cli",
  "packages/session",
  "packages/core",
  "packages/cognito",
  "packages/descope",
  "packages/store",
  "packages/aws-inventory",
  "packages/idp-metadata",
  "apps/gateway",
  "packages/sandbox",
] as const;

/** What can be imported: its name, and the source of it. */
export interface EntryPoint {
  readonly name: string;
  /** Relative to the root of the repository. */
  readonly source: string;
}

/** Every subpath that a package exports. */
export function entryPoints(root: string): readonly EntryPoint[] {
  return PACKAGES.flatMap((folder) => {
    const { name, exports } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
      readonly name: string;
      readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
    };
    return Object.entries(exports).flatMap(([subpath, entry]) => {
      const source = typeof entry === "string" ? undefined : entry["@cognito-to-descope/source"];
      return source === undefined || !/\.tsx?$/.test(source)
        ? []
        : [{ name: `${name}${subpath.slice(1)}`, source: join(folder, source) }];
    });
  });
}

/**
 * Options of typedoc. Whatever is exported without a comment, or links to nothing, is an error.
 *
 * @param base - Path below which the site is served, with a slash at both ends.
 */
export function apiOptions(root: string, out: string, base: string): Partial<TypeDocOptions> {
  return {
    name: "cognito-to-descope: API",
    entryPoints: entryPoints(root).map(({ source }) => join(root, source)),
    tsconfig: join(root, "tsconfig.json"),
    basePath: root,
    out,
    readme: "none",
    disableSources: true,
    hideGenerator: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    githubPages: false,
    includeHierarchySummary: false,
    // The compiler of the repository checks the code; this one only reads it.
    skipErrorChecking: true,
    navigationLinks: { Guide: base },
    validation: { notDocumented: true, notExported: false, invalidLink: true, rewrittenLink: true },
    packagesRequiringDocumentation: [...new Set(entryPoints(root).map(({ name }) => packageOf(name)))],
    // Functions are looked at by the worker: here they would bring every method of an interface along.
    requiredToBeDocumented: ["Class", "Enum", "Interface", "TypeAlias", "Variable"],
    treatValidationWarningsAsErrors: true,
    treatWarningsAsErrors: true,
  };
}

/** The package of what is imported: its name without the subpath. */
function packageOf(name: string): string {
  const parts = name.split("/");
  return parts.slice(0, name.startsWith("@") ? 2 : 1).join("/");
}
