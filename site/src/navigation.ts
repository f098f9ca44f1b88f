/** The table of contents: every document has one place in it, and a test holds that none is missing. */

/** A part of the guide: its title, and its pages in the order in which they are read. */
export interface Part {
  readonly title: string;
  /** Paths below `docs`. */
  readonly pages: readonly string[];
}

/** Parts in the order in which a stranger needs them. */
export const PARTS: readonly Part[] = [
  {
    title: "Start",
    pages: [],
  },
  {
    title: "Ways to migrate",
    pages: ["choosing-a-strategy.md"],
  },
  {
    title: "How it works",
    pages: [
      "how-a-run-works.md",
      "mapping.md",
      "jit-migration.md",
      "oidc-migration.md",
      "flows.md",
      "gateway.md",
      "dual-validation.md",
      "aws-integration.md",
      "security.md",
    ],
  },
  {
    title: "SSO connections",
    pages: [
      "sso/README.md",
      "sso/class-a.md",
      "sso/class-b.md",
      "sso/class-c.md",
      "sso/class-d.md",
      "sso/class-e.md",
      "sso/class-f.md",
      "sso/class-g.md",
      "sso/bridge.md",
      "sso/dns-runbook.md",
    ],
  },
  {
    title: "Recipes",
    pages: [
      "recipes/many-pools.md",
      "recipes/many-machines.md",
      "recipes/near-real-time-sync.md",
      "recipes/old-ids.md",

      "recipes/jit-with-terraform.md",
    ],
  },
  {
    title: "Reference",
    pages: [
      "commands.md",
      "configuration.md",

      "reports.md",
      "exit-codes.md",
      "errors/README.md",
      "findings/README.md",
      "limits-and-quotas.md",
    ],
  },
  { title: "Project", pages: ["guide-coverage.md", "decisions/README.md"] },
];

/** Folders with a table of contents of their own, because their pages are many: the index leads to them. */
export const FOLDERS: readonly (readonly [folder: string, title: string])[] = [
  ["runbooks", "Runbooks"],
  ["errors", "Errors"],
  ["findings", "Findings"],
  ["decisions", "Decisions"],
];
