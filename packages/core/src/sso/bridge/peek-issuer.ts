import { decodeValue } from "./form.ts";

/**
 * Who made a SAML response, as far as the response says so. A hint for routing and nothing else: nothing is verified, so
 * whoever it is sent to must verify everything.
 *
 * This is no XML parser. It reads tags one after the other from the beginning, up to the first `Issuer` of the response or
 * of its assertion. A document type, and with it every entity that is not one of XML's own five, ends the reading; so does
 * whatever else no signature library writes. Nothing is expanded, nothing is fetched, and no more than
 * {@link PEEK_LIMIT} bytes are looked at.
 */

/** Bytes of the response that are looked at. An issuer stands at the beginning. */
export const PEEK_LIMIT = 16_384;
/** Characters of an issuer. The standard allows an entity ID 1,024. */
const MAX_ISSUER = 1024;
const MAX_TAGS = 40;
/** `Response`, then `Assertion` or `EncryptedAssertion`, and what stands before the issuer there. */
const MAX_DEPTH = 8;

const PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion";

interface OpenElement {
  readonly name: string;
  /** Namespace and local name. */
  readonly expanded: string;
  readonly namespaces: ReadonlyMap<string, string>;
}

/** Bytes within which nearly every issuer ends. Only where this one does not, the whole limit is looked at. */
const FIRST_LOOK = 1024;
/** Characters of a form for about as many: a declaration, the tag of the response with what it usually has, the issuer. */
const FIRST_CHARACTERS = 1200;

/**
 * Reads the issuer of a response.
 *
 * @param response - The value of `SAMLResponse`: base64, with or without line breaks.
 * @returns Undefined when it cannot be told.
 */
export function peekIssuer(response: string): string | undefined {
  for (const limit of [FIRST_LOOK, PEEK_LIMIT]) {
    const xml = decodeBeginning(response, limit);
    if (xml === undefined) return undefined;
    const issuer = findIssuer(xml);
    if (issuer !== undefined || xml.length < limit) return issuer;
  }
  return undefined;
}

/** The same of a value as it stands in a form: only its beginning is decoded. */
export function peekIssuerOfForm(value: string): string | undefined {
  // Base64 takes four characters for three bytes; in a form each of them may take three, and half may be line breaks.
  for (const wanted of [FIRST_CHARACTERS, PEEK_LIMIT * 8]) {
    let beginning = value.slice(0, wanted);
    if (value.length > wanted) beginning = beginning.replace(/%[^%]?$/, "");
    const response = decodeBase64(beginning);
    if (response === undefined) return undefined;
    const issuer = peekIssuer(response);
    if (issuer !== undefined || value.length <= wanted) return issuer;
  }
  return undefined;
}

/** A value that is base64, as browsers write it into a form; any other in the way that takes five times as long. */
function decodeBase64(value: string): string | undefined {
  if (value.includes("+")) return decodeValue(value);
  const decoded = value.replaceAll("%2B", "+").replaceAll("%2F", "/").replaceAll("%3D", "=");
  return decoded.includes("%") ? decodeValue(value) : decoded;
}

function decodeBeginning(response: string, limit: number): string | undefined {
  const wanted = Math.ceil(limit / 3) * 4;
  let text = response.length > wanted * 2 ? response.slice(0, wanted * 2) : response;
  if (/\s/.test(text)) text = text.replace(/\s+/g, "");
  text = text.length > wanted ? text.slice(0, wanted) : text;
  // Cut anywhere, the last group may be a part of one.
  if (text.length % 4 !== 0) text = text.length % 4 === 1 ? text.slice(0, -1) : text;
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}

/** The tags of a text of bytes. UTF-8 keeps the markup readable as it is; other encodings are not read. */
function findIssuer(xml: string): string | undefined {
  const open: OpenElement[] = [];
  let at = xml.startsWith("\u00EF\u00BB\u00BF") ? 3 : 0;
  for (let tags = 0; tags < MAX_TAGS; tags += 1) {
    const start = xml.indexOf("<", at);
    if (start < 0) return undefined;
    if (xml.startsWith("<?", start)) {
      at = after(xml, "?>", start + 2);
    } else if (xml.startsWith("<!--", start)) {
      at = after(xml, "-->", start + 4);
    } else if (xml.startsWith("</", start)) {
      const end = xml.indexOf(">", start);
      const element = open.pop();
      if (end < 0 || element === undefined || xml.slice(start + 2, end).trimEnd() !== element.name) return undefined;
      at = end + 1;
    } else {
      // "<!" begins a document type or a CDATA section; neither has a place before the issuer.
      const tag = readTag(xml, start, open.at(-1)?.namespaces);
      if (tag === undefined) return undefined;
      if (isIssuer(tag.element, open)) return tag.closed ? undefined : readText(xml, tag.end, tag.element.name);
      if (open.length === 0 && tag.element.expanded !== `${PROTOCOL} Response`) return undefined;
      if (!tag.closed) open.push(tag.element);
      if (open.length > MAX_DEPTH) return undefined;
      at = tag.end;
    }
    if (at < 0) return undefined;
  }
  return undefined;
}

function after(xml: string, end: string, from: number): number {
  const found = xml.indexOf(end, from);
  return found < 0 ? -1 : found + end.length;
}

function isIssuer(element: OpenElement, open: readonly OpenElement[]): boolean {
  if (element.expanded !== `${ASSERTION} Issuer`) return false;
  if (open.length === 1) return true;
  return open.length === 2 && open[1]?.expanded === `${ASSERTION} Assertion`;
}

/** A whole tag: its name, its attributes with their values in quotes, and whether it closes itself. */
const TAG =
  /<((?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const NAMESPACE = /\sxmlns(?::([\w.-]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

interface ReadTag {
  readonly element: OpenElement;
  readonly closed: boolean;
  readonly end: number;
}

const NO_NAMESPACES: ReadonlyMap<string, string> = new Map();

function readTag(xml: string, start: number, inherited = NO_NAMESPACES): ReadTag | undefined {
  const tag = matchAt(TAG, xml, start);
  if (tag === null) return undefined;
  const [whole, name = "", attributes = "", slash] = tag;
  const namespaces = attributes.includes("xmlns") ? withNamespaces(attributes, inherited) : inherited;
  const colon = name.indexOf(":");
  const prefix = colon < 0 ? "" : name.slice(0, colon);
  const expanded = `${namespaces.get(prefix) ?? ""} ${name.slice(colon + 1)}`;
  return { element: { name, expanded, namespaces }, closed: slash === "/", end: start + whole.length };
}

/** A value that looks like a declaration is read as one as well: it can only make the issuer another hint. */
function withNamespaces(attributes: string, inherited: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const own: Map<string, string> = new Map(inherited);
  for (const [, prefix = "", double, single] of attributes.matchAll(NAMESPACE)) own.set(prefix, double ?? single ?? "");
  return own;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The text up to the end tag, which must come next: an issuer in pieces is one that two readers may read as two. */
function readText(xml: string, from: number, name: string): string | undefined {
  const end = xml.indexOf("<", from);
  if (end < 0 || end - from > MAX_ISSUER * 4 || !xml.startsWith(`</${name}`, end)) return undefined;
  if (!/^\s*>/.test(xml.slice(end + 2 + name.length, end + 2 + name.length + 8))) return undefined;
  const text = decodeReferences(xml.slice(from, end));
  const issuer = text === undefined ? undefined : decodeUtf8(text)?.trim();
  return issuer === undefined || issuer === "" || issuer.length > MAX_ISSUER ? undefined : issuer;
}

const OWN_ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** XML's own five entities. Any other needs a document type, and numbers need none in an entity ID. */
function decodeReferences(text: string): string | undefined {
  if (!text.includes("&")) return text;
  let known = true;
  const decoded = text.replace(/&([^;&]*);?/g, (_whole, name: string) => {
    const value = Object.hasOwn(OWN_ENTITIES, name) ? OWN_ENTITIES[name] : undefined;
    if (value === undefined) known = false;
    return value ?? "";
  });
  return known ? decoded : undefined;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeUtf8(bytes: string): string | undefined {
  if (!/[\u0080-\u00FF]/.test(bytes)) return bytes;
  try {
    return UTF8.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
