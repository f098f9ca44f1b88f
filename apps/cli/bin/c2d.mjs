#!/usr/bin/env node
// Starts the CLI: the built one where it was installed, the sources in a checkout (they need no build).
// Plain JavaScript that an old Node can parse, so that it can say in one line that it is too old.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`c2d needs Node 22.18 or newer, this is Node ${process.versions.node}`);
  process.exit(2);
}

const source = new URL("../src/main.ts", import.meta.url);
if (existsSync(source)) {
  // The packages of the checkout name their sources under this condition.
  const { registerHooks } = createRequire(import.meta.url)("node:module");
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: [...context.conditions, "@cognito-to-descope/source"] }),
  });
  await import(source.href);
} else {
  await import("../dist/main.js");
}
