// Runs once before all tests: says which of them this machine cannot run, so that a skipped one is not taken for a passed one.
import { spawnSync } from "node:child_process";
import { hasPseudoTerminal } from "../apps/cli/test/live/pseudo-terminal.ts";
import { chromiumPath } from "../packages/sandbox/test/support/chromium-path.ts";

/** What vitest calls. */
export default function sayWhatIsMissing(): void {
  if (chromiumPath() === undefined)
    console.warn("No Chromium here: the tests in a real browser are skipped. On Debian: apt-get install chromium.");
  if (!hasPseudoTerminal) console.warn("No `script` of util-linux here: the tests at a real terminal are skipped.");
  const shells = ["bash", "zsh", "fish"].filter((shell) => spawnSync(shell, ["-c", "exit 0"]).status !== 0);
  if (shells.length > 0) console.warn(`No ${shells.join(" and no ")} here: completion is not tried there.`);
}
