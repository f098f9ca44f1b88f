import { expect, test } from "vitest";
import { COLOURS } from "../../src/report/style.ts";

/** Relative luminance of WCAG 2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

test.each(["light", "dark"] as const)(
  "in the %s scheme text has a contrast of 4.5 to 1 and bars of 3 to 1",
  (scheme) => {
    const colours = COLOURS[scheme];
    for (const background of ["page", "panel"]) {
      for (const [name, colour] of Object.entries(colours)) {
        const least = name.startsWith("bar-") ? 3 : ["page", "panel", "line"].includes(name) ? 1 : 4.5;
        expect(contrast(colour, colours[background] ?? ""), `${name} on ${background}`).toBeGreaterThanOrEqual(least);
      }
    }
  },
);
