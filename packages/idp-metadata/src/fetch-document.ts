import { lookup as systemLookup } from "node:dns";
import { request as httpRequest } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { type AddressRules, mayAsk } from "./address-guard.ts";

/** How documents are fetched. */
export interface FetchRules extends AddressRules {
  /** Plain http as well: for rehearsals on one machine. */
  readonly http: boolean;
  readonly maxBytes: number;
  /** For one document with all its redirects, in milliseconds. */
  readonly timeoutMs: number;
  /** Further certificate authorities, in PEM. */
  readonly ca?: string | undefined;
}

/** A document, or why there is none. */
export type FetchedDocument =
  | { readonly bytes: Buffer }
  | { readonly problem: "address-refused" | "unreachable" | "too-large"; readonly detail: string };

const MAX_REDIRECTS = 5;

/**
 * Fetches a document from an address that a stranger chose: https, of public addresses, checked after the name was resolved
 * and again at each redirect. The address that was checked is the one that is connected to.
 */
export async function fetchDocument(url: string, rules: FetchRules, signal?: AbortSignal): Promise<FetchedDocument> {
  const deadline = AbortSignal.timeout(rules.timeoutMs);
  const either = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  let at = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const parsed = URL.canParse(at) ? new URL(at) : undefined;
    const refusal = parsed === undefined ? "it is no address" : refusalOf(parsed, rules);
    if (parsed === undefined || refusal !== undefined) return { problem: "address-refused", detail: refusal ?? "" };
    const answer = await ask(parsed, rules, either).catch((error: unknown) => {
      signal?.throwIfAborted();
      return reasonOf(error, deadline.aborted);
    });
    if ("problem" in answer || "bytes" in answer) return answer;
    at = answer.redirect;
  }
  return { problem: "unreachable", detail: "too many redirects" };
}

function refusalOf(url: URL, rules: FetchRules): string | undefined {
  if (url.protocol !== "https:" && !(rules.http && url.protocol === "http:")) return "it does not begin with https://";
  if (url.username !== "" || url.password !== "") return "it holds a user name or a password";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return isIP(host) !== 0 && !mayAsk(host, rules) ? "it is an address of a private network" : undefined;
}

class AddressRefused extends Error {}

/** Resolves a name as the system does, and gives only addresses that may be asked. */
function guardedLookup(rules: FetchRules): LookupFunction {
  return (hostname, options, callback) => {
    systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, "", 0);
        return;
      }
      // All of them, not the first good one: a name that also leads inside is not to be trusted.
      if (addresses.length === 0 || addresses.some(({ address }) => !mayAsk(address, rules))) {
        callback(new AddressRefused(), "", 0);
        return;
      }
      const [first] = addresses;
      if (options.all === true) callback(null, addresses);
      else callback(null, first?.address ?? "", first?.family ?? 0);
    });
  };
}

async function ask(
  url: URL,
  rules: FetchRules,
  signal: AbortSignal,
): Promise<FetchedDocument | { readonly redirect: string }> {
  const options: RequestOptions & { ca?: string } = {
    signal,
    lookup: guardedLookup(rules),
    // A connection of its own each time: a pooled one would skip the look at its address.
    agent: false,
    headers: {
      accept: "application/samlmetadata+xml, application/xml, text/xml, application/json",
      "accept-encoding": "identity",
    },
    ...(rules.ca === undefined ? {} : { ca: rules.ca }),
  };
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  send(url, options, resolve).on("error", reject).end();
  const response = await promise;
  const status = response.statusCode ?? 0;
  const { location } = response.headers;
  if (status >= 300 && status < 400 && location !== undefined && URL.canParse(location, url)) {
    response.destroy();
    return { redirect: new URL(location, url).href };
  }
  if (status !== 200) {
    response.destroy();
    return { problem: "unreachable", detail: `status ${status}` };
  }
  return await readBody(response, rules.maxBytes);
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<FetchedDocument> {
  const encoding = response.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    response.destroy();
    return { problem: "unreachable", detail: "it is compressed although that was not asked for" };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      return { problem: "too-large", detail: `it has more than ${Math.floor(maxBytes / 1024)} KiB` };
    }
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks) };
}

/** The kind of failure, without its text: that may hold what a stranger wrote. */
function reasonOf(error: unknown, timedOut: boolean): FetchedDocument {
  if (error instanceof AddressRefused)
    return { problem: "address-refused", detail: "its name leads to a private network" };
  if (timedOut) return { problem: "unreachable", detail: "no answer in time" };
  const code = (error as { readonly code?: unknown }).code;
  return {
    problem: "unreachable",
    detail: typeof code === "string" && /^[A-Z0-9_]{3,60}$/.test(code) ? code : "the connection failed",
  };
}
