import { type DefaultTreeAdapterTypes, parse, type ParserError } from "parse5";

/** A page as a browser would see it. */
export interface Page {
  /** Errors of the HTML standard's parser. */
  readonly errors: readonly string[];
  /** Names of all elements, in order. */
  readonly elements: readonly Element[];
  /** All text, without the style sheet. */
  readonly text: string;
}

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Text of the element and what is in it. */
  readonly text: string;
}

type Node = DefaultTreeAdapterTypes.Node;

/** Parses a page with the parser of the HTML standard. */
export function parsePage(source: string): Page {
  const errors: string[] = [];
  const document = parse(source, { onParseError: (error: ParserError) => void errors.push(error.code) });
  const elements: Element[] = [];
  const visit = (node: Node): void => {
    if ("attrs" in node) {
      elements.push({
        name: node.tagName,
        attributes: Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])),
        text: textOf(node),
      });
    }
    if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  visit(document);
  return { errors, elements, text: textOf(document) };
}

function textOf(node: Node): string {
  if ("value" in node) return node.value;
  if ("tagName" in node && node.tagName === "style") return "";
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}
