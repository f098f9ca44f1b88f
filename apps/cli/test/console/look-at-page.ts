import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import type { Page } from "../../../../packages/sandbox/test/support/chromium.ts";

/** Where pictures of pages are kept for people to look at. */
const ARTEFACTS: string = fileURLToPath(new URL("../../../../node_modules/.artefacts/console", import.meta.url));

/** How a page is looked at. */
export interface View {
  readonly name: "phone" | "desk";
  readonly width: number;
  readonly height: number;
}

/** A phone and a desk. */
export const VIEWS: readonly View[] = [
  { name: "phone", width: 390, height: 844 },
  { name: "desk", width: 1280, height: 800 },
];

/** Both themes. */
export const SCHEMES: readonly ("light" | "dark")[] = ["light", "dark"];

/** What of a page a theme can break; everything else is the same in the other one. */
export const RULES_OF_COLOUR: readonly string[] = ["color-contrast", "link-in-text-block"];

/**
 * What axe finds wrong with the page as it is now: rule, place and what it misses.
 *
 * @param rules - Names of the rules to go by. @defaultValue all
 */
export async function findViolations(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  // Evaluated by the debugger, which no policy of the page holds back. Once for each document: it is large.
  if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(axe.source);
  const options = { resultTypes: ["violations"], ...(rules === undefined ? {} : { runOnly: rules }) };
  const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as axe.AxeResults;
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target.join(" ")}: ${failureSummary ?? ""}`),
  );
}

/** Keeps a picture of the whole page. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTEFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTEFACTS, `${name}.png`), fullPage: true });
}

/** Collects what the browser complains about: faults of scripts, and whatever the policy refused. */
export function collectComplaints(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`thrown: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  return complaints;
}

/** Sees to it that nothing is wider than the window: a page is not scrolled sideways. */
export async function overflowOf(page: Page): Promise<number> {
  return (await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")) as number;
}
