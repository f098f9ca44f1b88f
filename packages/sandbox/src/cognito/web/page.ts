/** The pages of managed login: plain HTML without scripts. */

import type { WireReply } from "../../wire/service.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

/** A form field. */
export interface Field {
  readonly name: string;
  readonly label?: string;
  readonly type?: "text" | "password" | "hidden";
  readonly value?: string;
}

/** A page with one form. */
export interface FormPage {
  readonly title: string;
  readonly action: string;
  readonly fields: readonly Field[];
  readonly button: string;
  readonly problem?: string | undefined;
  readonly links?: readonly { readonly text: string; readonly href: string }[];
}

/** Renders a page with a form. */
export function formPage(page: FormPage, status: number, headers: WireReply["headers"] = {}): WireReply {
  const fields = page.fields.map(({ name, label, type = "text", value = "" }) => {
    const input = `<input name="${escapeHtml(name)}" type="${type}" value="${escapeHtml(value)}">`;
    return label === undefined ? input : `<p><label>${escapeHtml(label)} ${input}</label></p>`;
  });
  const links = (page.links ?? []).map(
    ({ text, href }) => `<p><a href="${escapeHtml(href)}">${escapeHtml(text)}</a></p>`,
  );
  const problem = page.problem === undefined ? "" : `<p id="error" role="alert">${escapeHtml(page.problem)}</p>`;
  const form = `<form method="post" action="${escapeHtml(page.action)}">${fields.join("")}<button>${escapeHtml(page.button)}</button></form>`;
  return htmlPage(page.title, `${problem}${form}${links.join("")}`, status, headers);
}

/** Renders a page. */
export function htmlPage(title: string, body: string, status: number, headers: WireReply["headers"] = {}): WireReply {
  return {
    status,
    headers: {
      "content-type": "text/html;charset=UTF-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; form-action *; frame-ancestors 'none'",
      ...headers,
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head><body><h1>${escapeHtml(title)}</h1>${body}</body></html>`,
  };
}

/** Sends the browser on. */
export function redirect(location: string, headers: WireReply["headers"] = {}): WireReply {
  return { status: 302, headers: { location, "cache-control": "no-store", ...headers }, body: "" };
}

/** The page for requests that no application can be told about. */
export function errorPage(error: string, status = 400): WireReply {
  return htmlPage(
    "An error was encountered with the requested page.",
    `<p id="error">${escapeHtml(error)}</p>`,
    status,
  );
}
