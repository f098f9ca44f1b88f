import { formatTime } from "./amounts.ts";
import { type Html, html } from "./html.ts";
import { embedReport } from "./embedded-report.ts";
import { recordSection } from "./record-section.ts";
import type { ReportHeader, ReportMeta } from "./report-meta.ts";
import type { Seal } from "./seal.ts";
import { STYLE } from "./style.ts";

/**
 * One self-contained page: nothing is fetched, nothing is executed, nothing can be sent anywhere. That of a sealed report ends with
 * its record, and holds its data. Made of the report and of nothing else, so that it can be made again and compared.
 */
export function renderDocument(title: string, report: ReportHeader<string> & Partial<Seal>, body: Html): string {
  const meta: ReportMeta = { toolVersion: report.toolVersion, createdAt: Date.parse(report.createdAt) };
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="referrer" content="no-referrer" />
      <meta name="generator" content="cognito-to-descope ${meta.toolVersion}" />
      <title>${title}</title>
      <style>
        $STYLE
      </style>
    </head>
    <body>
      <main>
        ${body} ${recordSection(report)}
        <footer>
          <p class="muted">
            Made by cognito-to-descope ${meta.toolVersion} at ${formatTime(meta.createdAt)}. All times are UTC.
          </p>
        </footer>
      </main>
      ${report.integrity !== undefined && embedReport(report)}
    </body>
  </html> `;
  // Style sheets are not escaped as text is; this one is a constant.
  return `<!doctype html>\n${page.markup.replace("$STYLE", () => STYLE)}`;
}
