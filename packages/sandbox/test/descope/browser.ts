/** As much of a browser as sign-in pages need: cookies, redirects and forms. */

/** A page that was reached. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

/** Keeps cookies by host and follows redirects, but not to the given address. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();
  readonly #stopAt: string;

  /** @param stopAt - Redirects to addresses that begin so are not followed: the application's own. */
  constructor(stopAt: string) {
    this.#stopAt = stopAt;
  }

  async open(url: string, form?: Readonly<Record<string, string>>): Promise<Page> {
    let target = url;
    let body = form;
    for (let hop = 0; hop < 20; hop += 1) {
      if (target.startsWith(this.#stopAt)) return { url: target, status: 0, text: "" };
      const response = await fetch(target, {
        redirect: "manual",
        headers: {
          cookie: this.#cookieHeader(target),
          ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
        },
        ...(body === undefined ? {} : { method: "POST", body: new URLSearchParams(body).toString() }),
      });
      this.#keepCookies(target, response);
      const location = response.headers.get("location");
      if (location === null) return { url: target, status: response.status, text: await response.text() };
      target = new URL(location, target).href;
      body = undefined;
    }
    throw new Error("too many redirects");
  }

  /** Submits the first form of a page. */
  async submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    const action = /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1] ?? "";
    const hidden = Object.fromEntries(
      [...page.text.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(([, name, value]) => [
        name ?? "",
        value ?? "",
      ]),
    );
    return this.open(new URL(action.replaceAll("&amp;", "&"), page.url).href, { ...hidden, ...fields });
  }

  #cookieHeader(url: string): string {
    const jar = this.#cookies.get(new URL(url).host) ?? new Map<string, string>();
    return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  #keepCookies(url: string, response: Response): void {
    const { host } = new URL(url);
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, jar);
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const at = pair.indexOf("=");
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }
}
