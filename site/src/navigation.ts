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
    pages: ["README.md", "quick-start.md", "terminology.md", "what-cannot-move.md", "faq.md", "glossary.md"],
  },
  {
    title: "Ways to migrate",
    pages: [
      "choosing-a-strategy.md",
      "ways/full-import.md",
      "ways/jit-passwords.md",
      "ways/oidc.md",
      "ways/combined.md",
      "ways/sso-only.md",
      "ways/keep-cognito.md",
      "ways/reverse.md",
    ],
  },
  {
    title: "How it works",
    pages: [
      "how-a-run-works.md",
      "console.md",
      "mapping.md",
      "jit-migration.md",
      "oidc-migration.md",
      "app-clients.md",
      "flows.md",
      "gateway.md",
      "dual-validation.md",
      "aws-integration.md",
      "app-clients.md",
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
      "recipes/README.md",
      "recipes/many-pools.md",
      "recipes/many-machines.md",
      "recipes/near-real-time-sync.md",
      "recipes/old-ids.md",
      "recipes/enterprise-sso.md",
      "recipes/back-ends.md",
      "recipes/api-gateway.md",
      "recipes/appsync.md",
      "recipes/load-balancer.md",
      "recipes/lambda-authorizer.md",
      "recipes/amplify.md",
      "recipes/terraform.md",
      "recipes/jit-with-terraform.md",
      "recipes/ci-pipeline.md",
    ],
  },
  { title: "Operate", pages: ["runbooks/README.md"] },
  {
    title: "Reference",
    pages: [
      "commands.md",
      "configuration.md",
      "mapping-reference.md",
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
