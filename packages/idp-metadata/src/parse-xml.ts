import { DOMParser } from "@xmldom/xmldom";

/** A parsed document. */
export type XmlDocument = ReturnType<DOMParser["parseFromString"]>;
/** An element of one. */
export type XmlElement = ReturnType<XmlDocument["getElementsByTagNameNS"]>[number];

/** Deepest nesting that metadata has any use for. */
const MAX_DEPTH = 64;
/** Longest tag with all its attributes. The parser compares each attribute of a tag with all others. */
const MAX_TAG_LENGTH = 32_768;
/** Most tags; the metadata of a large federation has its own limit in bytes. */
const MAX_TAGS = 100_000;

/** A document, or why it was not parsed. */
export type ParsedXml =
  | { readonly document: XmlDocument }
  | { readonly problem: "has-dtd" | "malformed"; readonly detail: string };

/**
 * Parses XML of a stranger. A document type or an entity declaration is refused before the parser sees it, as is what is
 * nested too deep: so no entity is expanded, and nothing is fetched.
 */
export function parseXml(xml: string): ParsedXml {
  if (/<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.test(xml)) {
    return { problem: "has-dtd", detail: "it has a document type" };
  }
  // Only processing instructions that say nothing but version and encoding.
  if (/<\?(?!xml[\s?])/i.test(xml)) return { problem: "malformed", detail: "it has a processing instruction" };
  const size = measure(xml);
  if (size.depth > MAX_DEPTH) return { problem: "malformed", detail: `it is nested deeper than ${MAX_DEPTH}` };
  if (size.isTagTooLong) return { problem: "malformed", detail: "it has a tag of absurd length" };
  if (size.tags > MAX_TAGS) return { problem: "malformed", detail: `it has more than ${MAX_TAGS} elements` };
  const failed: ParsedXml = { problem: "malformed", detail: "it is no XML" };
  try {
    const document = new DOMParser({
      errorHandler: {
        warning: () => undefined,
        error: throwFailure,
        fatalError: throwFailure,
      },
    }).parseFromString(xml, "text/xml") as XmlDocument | undefined;
    return document?.documentElement === undefined || document.documentElement === null ? failed : { document };
  } catch {
    return failed;
  }
}

/** Elements below another one, in the order of the document. */
export function elementsOf(of: XmlDocument | XmlElement, namespace: string, name: string): readonly XmlElement[] {
  const found = of.getElementsByTagNameNS(namespace, name);
  const elements: XmlElement[] = [];
  for (let index = 0; index < found.length; index += 1) {
    const element = found[index];
    if (element !== undefined) elements.push(element);
  }
  return elements;
}

function throwFailure(): never {
  throw new TypeError("not well-formed");
}

/** Depth and number of tags at most: what looks like a tag inside a comment counts too, which only errs on the safe side. */
function measure(xml: string): { readonly depth: number; readonly tags: number; readonly isTagTooLong: boolean } {
  let depth = 0;
  let deepest = 0;
  let tags = 0;
  let isTagTooLong = false;
  for (let at = xml.indexOf("<"); at >= 0; at = xml.indexOf("<", at + 1)) {
    const next = xml[at + 1];
    if (next === "/") depth -= 1;
    else if (next !== "!" && next !== "?") {
      tags += 1;
      const end = xml.indexOf(">", at);
      isTagTooLong ||= (end < 0 ? xml.length : end) - at > MAX_TAG_LENGTH;
      if (end < 0 || xml[end - 1] !== "/") depth += 1;
    }
    if (depth > deepest) deepest = depth;
    if (deepest > MAX_DEPTH || tags > MAX_TAGS || isTagTooLong) break;
  }
  return { depth: deepest, tags, isTagTooLong };
}
