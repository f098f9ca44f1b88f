import type { OidcProbe, ProbeStop, TokenProbe } from "@cognito-to-descope/core";

const TIMEOUT_MS = 10_000;
const MOST_STOPS = 12;
/** More than any discovery document; a page may be longer, and is not read. */
const MOST_BYTES = 256 * 1024;

/** Asks by the platform's `fetch`, without cookies and without credentials. */
export function createHttpProbe(): OidcProbe & TokenProbe {
  return {
    async readDocument(url, { signal } = {}) {
      const answer = await ask(url, "application/json", signal);
      if (answer === undefined) return { status: 0, body: undefined };
      return { status: answer.status, body: await readJson(answer) };
    },
    async postForm(url, fields, { signal } = {}) {
      const answer = await ask(url, "application/json", signal, new URLSearchParams(fields));
      if (answer === undefined) return { status: 0, body: undefined };
      return { status: answer.status, body: await readJson(answer) };
    },
    async follow(url, stopAt, { signal } = {}) {
      const stops: ProbeStop[] = [];
      let next = url;
      while (stops.length < MOST_STOPS) {
        if (next.startsWith(stopAt)) return [...stops, { url: next, status: 0 }];
        const answer = await ask(next, "text/html", signal);
        stops.push({ url: next, status: answer?.status ?? 0 });
        const location = answer?.headers.get("location");
        await answer?.body?.cancel();
        if (answer === undefined || answer.status < 300 || answer.status > 399 || !location) return stops;
        if (!URL.canParse(location, next)) return stops;
        next = new URL(location, next).href;
      }
      // A circle ends with what answered last, which is no page.
      return stops;
    },
  };
}

async function ask(
  url: string,
  accept: string,
  signal: AbortSignal | undefined,
  form?: URLSearchParams,
): Promise<Response | undefined> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(url, {
      redirect: "manual",
      ...(form === undefined ? {} : { method: "POST", body: form }),
      headers: { accept },
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

async function readJson(answer: Response): Promise<unknown> {
  let text = "";
  const decoder = new TextDecoder();
  try {
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MOST_BYTES) return undefined;
    }
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
