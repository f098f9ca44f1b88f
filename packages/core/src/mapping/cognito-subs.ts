import type { AttributeValue } from "../project/project-user.ts";
import { OWN_ATTRIBUTES } from "./rules.ts";

type Attributes = Readonly<Record<string, AttributeValue>>;

/** Every `sub` that a user of the project stands for: its key, and those of the users that were merged into it. */
export function subsOf(attributes: Attributes): readonly string[] {
  const key = attributes[OWN_ATTRIBUTES.sub];
  return [...new Set([...(typeof key === "string" ? [key] : []), ...parseSubs(attributes[OWN_ATTRIBUTES.subs])])];
}

/** Several subs as the text of one attribute: a JSON list, sorted, so that it depends on nothing but who is in it. */
export function subsText(subs: Iterable<string>): string {
  return JSON.stringify([...new Set(subs)].sort());
}

/** The `sub` by which the project knows a planned user; it is another pool's where users became one. */
export function keySubOf(item: {
  readonly sub: string;
  readonly planned?: { readonly customAttributes: Attributes };
}): string {
  const key = item.planned?.customAttributes[OWN_ATTRIBUTES.sub];
  return typeof key === "string" ? key : item.sub;
}

function parseSubs(text: AttributeValue | undefined): readonly string[] {
  if (typeof text !== "string") return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((sub): sub is string => typeof sub === "string") : [];
  } catch {
    return [];
  }
}
