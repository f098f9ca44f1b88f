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

/** The source of every subpath that a package exports. */
export function entryPoints(root: string): readonly string[] {
  return PACKAGES.flatMap((folder) => {
    const { exports } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
      readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
    };
    return Object.values(exports).flatMap((entry) => {
      const source = typeof entry === "string" ? undefined : entry["@cognito-to-descope/source"];
      return source === undefined || !/\.tsx?$/.test(source) ? [] : [join(root, folder, source)];
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
    entryPoints: [...entryPoints(root)],
    tsconfig: join(root, "tsconfig.json"),
    basePath: root,
    out,
    readme: "none",
    disableSources: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    githubPages: false,
    // The compiler of the repository checks the code; this one only reads it.
    skipErrorChecking: true,
    navigationLinks: { Guide: base },
    validation: { notDocumented: true, notExported: false, invalidLink: true, rewrittenLink: true },
    requiredToBeDocumented: ["Class", "Constructor", "Enum", "Function", "Interface", "TypeAlias", "Variable"],
    treatValidationWarningsAsErrors: true,
    treatWarningsAsErrors: true,
  };
}
