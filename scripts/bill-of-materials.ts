/** One package of a lockfile of npm, as far as a bill of materials needs it. */
export interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A lockfile of npm: its packages by path. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** A bill of materials in CycloneDX 1.5. */
export interface BillOfMaterials {
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.5";
  readonly version: 1;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Component {
  readonly type: "application" | "library";
  readonly "bom-ref": string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly scope?: "required";
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: "SHA-512"; readonly content: string }[];
  readonly licenses: readonly object[];
}

/**
 * Lists everything that somebody gets who installs a workspace, from the lockfile alone: the same lockfile gives the same
 * bill. `npm sbom` leaves out what another workspace has among its tools as well.
 *
 * @param path - The workspace: `apps/cli`.
 * @param bundled - Names of development dependencies whose code is inside of what is published, by workspace.
 * @throws TypeError when the lockfile lacks a package.
 */
export function billOfMaterials(
  { packages }: Lockfile,
  path: string,
  bundled: Readonly<Record<string, readonly string[]>> = {},
): BillOfMaterials {
  const components = new Map<string, Component>();
  const dependencies = new Map<string, ReadonlySet<string>>();

  function visit(at: string): string {
    const locked = packages[at];
    if (locked?.version === undefined) throw new TypeError(`the lockfile has no version of ${at}`);
    const component = componentOf(at, locked, at === path ? "application" : "library");
    const ref = component["bom-ref"];
    if (dependencies.has(ref)) return ref;
    const dependsOn = new Set<string>();
    dependencies.set(ref, dependsOn);
    components.set(ref, component);
    const names = [
      ...Object.keys(locked.dependencies ?? {}),
      ...Object.keys(locked.optionalDependencies ?? {}),
      ...(bundled[at] ?? []),
    ];
    for (const name of names) {
      const found = resolvePackage(packages, at, name);
      // What is optional need not be there.
      if (found === undefined && locked.optionalDependencies?.[name] !== undefined) continue;
      if (found === undefined) throw new TypeError(`the lockfile has no ${name} for ${at}`);
      dependsOn.add(visit(found));
    }
    return ref;
  }

  const root = visit(path);
  const own = components.get(root);
  if (own === undefined) throw new TypeError(`the lockfile has no ${path}`);
  components.delete(root);
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: own },
    components: [...components.values()].toSorted((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1)),
    dependencies: [...dependencies]
      .map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn].toSorted() }))
      .toSorted((a, b) => (a.ref < b.ref ? -1 : 1)),
  };
}

/** Where Node finds a package from another one: beside it, or in a folder above. */
function resolvePackage(packages: Lockfile["packages"], from: string, name: string): string | undefined {
  const folders = from.split("/");
  for (let length = folders.length; length >= 0; length -= 1) {
    const path = [...folders.slice(0, length), "node_modules", name].join("/");
    const found = packages[path];
    if (found !== undefined) return found.link === true ? found.resolved : path;
  }
  return undefined;
}

function componentOf(at: string, locked: LockedPackage, type: Component["type"]): Component {
  const fullName = locked.name ?? at.slice(at.lastIndexOf("node_modules/") + "node_modules/".length);
  const version = locked.version ?? "";
  const [group, name = fullName] = fullName.startsWith("@") ? fullName.split("/") : [undefined, fullName];
  const purl = `pkg:npm/${fullName.replace("@", "%40")}@${version}`;
  const sha512 = /^sha512-(\S+)/.exec(locked.integrity ?? "")?.[1];
  return {
    type,
    "bom-ref": `${fullName}@${version}`,
    ...(group === undefined ? {} : { group }),
    name,
    version,
    ...(type === "library" ? { scope: "required" as const } : {}),
    purl,
    ...(sha512 === undefined
      ? {}
      : { hashes: [{ alg: "SHA-512" as const, content: Buffer.from(sha512, "base64").toString("hex") }] }),
    licenses: licensesOf(locked.license),
  };
}

/** A licence by its SPDX ID, an expression of several, or whatever the package calls it. */
function licensesOf(license: string | undefined): readonly object[] {
  if (license === undefined) return [];
  if (/^[\w.+-]+$/.test(license)) return [{ license: { id: license } }];
  return /\s(?:OR|AND|WITH)\s/.test(license) ? [{ expression: license }] : [{ license: { name: license } }];
}
