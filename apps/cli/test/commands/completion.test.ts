import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "../e2e/run-c2d.ts";

const BIN = fileURLToPath(new URL("../../bin/c2d.mjs", import.meta.url));

/** Runs a script in a shell that reads nobody's settings, with `c2d` where it is installed. */
function inShell(shell: string, options: readonly string[], script: string): string {
  using folder = temporaryFolder();
  const path = `${folder.path}:${process.env["PATH"] ?? ""}`;
  writeFileSync(join(folder.path, "c2d"), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`, { mode: 0o755 });
  return execFileSync(shell, [...options, script], {
    cwd: folder.path,
    encoding: "utf8",
    env: { PATH: path, HOME: folder.path, LANG: "C.UTF-8" },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

const isThere = (shell: string): boolean => spawnSync(shell, ["-c", "exit 0"]).status === 0;

/** What somebody typed, and a word that the shell must offer. */
const TYPED: readonly (readonly [string, string])[] = [
  ["c2d apps ro", "rollback"],
  ["c2d export --format ", "descope-json"],
];

const lines = (offered: string): readonly string[] =>
  offered.split("\n").map((line) => line.split("\t")[0]?.trim() ?? "");
const words = TYPED.map(([, word]) => word);

test.skipIf(!isThere("bash"))("bash offers subcommands and values, with its completion package or without", () => {
  const asked = TYPED.map(([line]) => `ask '${line}'`).join("\n");
  const offered = inShell(
    "bash",
    ["--norc", "-c"],
    `source <(c2d completion bash)
    compopt() { :; } # works only while a line is edited
    ask() {
      read -ra COMP_WORDS <<< "$1"; [[ "$1" == *' ' ]] && COMP_WORDS+=("")
      COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); COMP_LINE=$1; COMP_POINT=\${#COMP_LINE}
      "$(complete -p c2d | sed 's/.*-F //; s/ .*//')"; printf '%s\\n' "\${COMPREPLY[@]}"
    }
    ${asked}`,
  );
  expect(lines(offered)).toEqual(expect.arrayContaining(words));
});

test.skipIf(!isThere("fish"))("fish offers subcommands and values", () => {
  const asked = TYPED.map(([line]) => `complete -C '${line}'`).join("; ");
  const offered = inShell("fish", ["--no-config", "-c"], `c2d completion fish | source; ${asked}`);
  expect(lines(offered)).toEqual(expect.arrayContaining(words));
});

test.skipIf(!isThere("zsh"))("zsh offers subcommands and values", () => {
  const asked = TYPED.map(([line]) => `ask '${line}'`).join("\n");
  // What would go to the line editor is printed.
  const offered = inShell(
    "zsh",
    ["-f", "-c"],
    `autoload -Uz compinit; compinit -D; source <(c2d completion zsh)
    function _describe { print -rl -- "\${completions[@]}" }
    function compadd { print -rl -- "$@" }
    function ask {
      words=(\${(z)1}); [[ "$1" == *' ' ]] && words+=(''); CURRENT=\${#words}
      \${_comps[c2d]}
    }
    ${asked}`,
  );
  for (const word of words) expect(offered).toContain(word);
});
