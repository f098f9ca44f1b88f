import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  // Packages resolve to their sources, so tests need no build. "import" is understood, and must not be listed: what is listed
  // holds for `require` in the packages of others too, which then get the wrong half of a package that has both.
  ssr: { resolve: { conditions: ["@cognito-to-descope/source", "node"] } },
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "apps/*/test/**/*.test.ts",
      "scripts/test/**/*.test.ts",
      "site/test/**/*.test.ts",
      "examples/test/**/*.test.ts",
    ],
    globalSetup: ["scripts/say-what-is-missing.ts"],
    setupFiles: ["scripts/seed-properties.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2,
    execArgv: ["--conditions=@cognito-to-descope/source", "--disable-warning=ExperimentalWarning"],
  },
});

export default config;
