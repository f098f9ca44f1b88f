import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, chromiumPath, startChromium } from "../../../../packages/sandbox/test/support/chromium.ts";
import { renderReport } from "../../src/report/any-report.ts";
import { collectComplaints, findViolations, keepPicture, overflowOf, SCHEMES, VIEWS } from "../console/look-at-page.ts";
import { sealedSamples } from "./sealed-samples.ts";

describe.skipIf(chromiumPath() === undefined)("the pages of reports in a browser", () => {
  let chromium: Chromium;
  beforeAll(async () => {
    chromium = await startChromium();
  });
  afterAll(() => chromium[Symbol.asyncDispose]());

  test.each(Object.entries(sealedSamples()))(
    "the %s report has no barrier, fits every window in both themes, and prints",
    { timeout: 60_000 },
    async (kind, report) => {
      await using window = await chromium.open();
      const { page } = window;
      const complaints = collectComplaints(page);
      await page.setContent(renderReport(report));
      for (const view of VIEWS) {
        await page.setViewportSize(view);
        for (const colorScheme of SCHEMES) {
          await page.emulateMedia({ colorScheme });
          const name = `report-${kind}-${view.name}-${colorScheme}`;
          await keepPicture(page, name);
          expect(await findViolations(page), name).toEqual([]);
          expect(await overflowOf(page), name).toBeLessThanOrEqual(0);
        }
      }
      const printed = (await page.pdf({ format: "A4" })).toString("latin1");
      const sheets = printed.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      expect(sheets).toBeGreaterThan(1);
      expect(sheets).toBeLessThan(25);
      expect(complaints).toEqual([]);
    },
  );

  test("the first sheet of the final report is that of the manager, and holds nothing of the next", async () => {
    await using window = await chromium.open();
    const { page } = window;
    await page.setContent(renderReport(sealedSamples().final));
    await page.emulateMedia({ media: "print" });
    // An A4 sheet within its margins, in CSS pixels.
    await page.setViewportSize({ width: 688, height: 1017 });
    const sheet = await page.locator(".sheet").evaluate((element) => element.getBoundingClientRect().bottom);
    expect(sheet).toBeLessThan(1017);
    expect(await page.locator(".sheet .tiles li").count()).toBe(5);
    expect(await page.locator(".sheet svg.chart").count()).toBe(1);
    expect(await page.locator(".sheet").evaluate((element) => getComputedStyle(element).breakAfter)).toBe("page");
  });
});
