import { type Html, html } from "./html.ts";

const ID = "c2d-report";

/** The data of a report inside its page, where nothing shows it: one file is enough to verify both. */
export function embedReport(report: object): Html {
  // Plain ASCII, so that nothing of it is spelled out or otherwise changed by the page.
  const json = JSON.stringify(report).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return html`<template id="c2d-report">${json}</template>`;
}

/** The data that a page holds; undefined when it is no page of a report. */
export function extractReport(page: string): string | undefined {
  const begin = `<template id="${ID}">`;
  const start = page.indexOf(begin);
  const end = page.indexOf("</template>", start);
  if (start < 0 || end < 0) return undefined;
  return page
    .slice(start + begin.length, end)
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => CHARACTERS[entity] ?? entity);
}

const CHARACTERS: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};
