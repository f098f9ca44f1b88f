import { formatTime } from "./amounts.ts";
import { type Html, html } from "./html.ts";
import type { ReportMeta } from "./report-meta.ts";
import { STYLE } from "./style.ts";

/** One self-contained page: nothing is fetched, nothing is executed, nothing can be sent anywhere. */
export function renderDocument(title: string, meta: ReportMeta, body: Html): string {
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
        ${body}
        <footer>
          <p class="muted">
            Made by cognito-to-descope ${meta.toolVersion} at ${formatTime(meta.createdAt)}. All times are UTC.
          </p>
        </footer>
      </main>
    </body>
  </html> `;
  // Style sheets are not escaped as text is; this one is a constant.
  return `<!doctype html>\n${page.markup.replace("$STYLE", () => STYLE)}`;
}
