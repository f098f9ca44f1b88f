import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COLOURS } from "../../cli/src/report/style.ts";

const style = readFileSync(new URL("../src/page/shell/style.css", import.meta.url), "utf8");

test.each(["light", "dark"] as const)("in the %s theme the page has the colours of the reports", (scheme) => {
  const wanted = Object.entries(COLOURS[scheme]).map(([name, colour]) => `--${name}: ${colour};`);
  const blocks = [...style.matchAll(/:root[^{]*\{([^}]*)\}/g)].map(([, block = ""]) => block);
  const themed = blocks.filter((block) => block.includes(`--page: ${COLOURS[scheme]["page"]};`));
  // Dark twice: as the system wants it, and as the reader said.
  expect(themed).toHaveLength(scheme === "light" ? 1 : 2);
  for (const block of themed) expect(wanted.filter((line) => !block.includes(line))).toEqual([]);
});
