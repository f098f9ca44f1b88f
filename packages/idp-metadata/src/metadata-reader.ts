import type { MetadataReader, MetadataReading } from "@cognito-to-descope/core";
import { decodeText } from "./decode-text.ts";
import { fetchDocument, type FetchRules } from "./fetch-document.ts";
import { parseMetadata } from "./parse-metadata.ts";
import { readDiscovery } from "./read-discovery.ts";

/** How providers are asked. */
export type MetadataReaderOptions = {
  readonly [Rule in keyof FetchRules]?: FetchRules[Rule] | undefined;
};

/** Largest document, 2 MiB: the metadata of one provider has some 10 KiB, that of a federation's members some more. */
const MAX_BYTES = 2 * 1024 * 1024;
const TIMEOUT_MS = 10_000;

/** Makes the reader. Every address that is fetched is checked; what was fetched once is remembered. */
export function createMetadataReader(options: MetadataReaderOptions = {}): MetadataReader {
  const rules: FetchRules = {
    privateAddresses: options.privateAddresses ?? false,
    http: options.http ?? false,
    maxBytes: options.maxBytes ?? MAX_BYTES,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    ca: options.ca,
  };
  const read = new Map<string, Promise<MetadataReading>>();

  async function fetchMetadata(url: string, signal: AbortSignal | undefined): Promise<MetadataReading> {
    const fetched = await fetchDocument(url, rules, signal);
    if ("problem" in fetched) return fetched;
    const text = decodeText(fetched.bytes);
    return text === undefined ? { problem: "malformed", detail: "it is no text" } : parseMetadata(text);
  }

  return {
    fetch(url, { signal } = {}) {
      // Connections of one provider have one address.
      let reading = read.get(url);
      if (reading === undefined) {
        reading = fetchMetadata(url, signal);
        read.set(url, reading);
      }
      return reading;
    },
    parse(xml) {
      return xml.length > rules.maxBytes
        ? { problem: "too-large", detail: `it has more than ${Math.floor(rules.maxBytes / 1024)} KiB` }
        : parseMetadata(xml);
    },
    async discover(issuer, { signal } = {}) {
      const address = `${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`;
      const fetched = await fetchDocument(address, rules, signal);
      if ("problem" in fetched) return { problem: fetched.detail };
      const text = decodeText(fetched.bytes);
      return text === undefined ? { problem: "it is no text" } : readDiscovery(text, issuer);
    },
  };
}
