/**
 * A user's attributes in little memory: the names are interned (a pool has few different sets of them), the values are one
 * string, each already escaped for JSON. Rendering a user for a list is then concatenation.
 */

/** Between two values. Escaped JSON text never contains it. */
export const valueSeparator = "\u001f";

/** A set of attribute names in order, shared by all users that have exactly these. `sub` is never among them. */
export interface AttributeShape {
  readonly names: readonly string[];
  /** What stands before each value when a user is rendered: the end of the one before and `{"Name":"…","Value":"`. */
  readonly prefixes: readonly string[];
  /** Position by name. */
  readonly positions: ReadonlyMap<string, number>;
}

/** Interns shapes of one pool. */
export class AttributeShapes {
  readonly #shapes = new Map<string, AttributeShape>();

  of(names: readonly string[]): AttributeShape {
    const key = names.join(valueSeparator);
    let shape = this.#shapes.get(key);
    if (shape === undefined) {
      shape = {
        names: [...names],
        prefixes: names.map((name) => `"},{"Name":${JSON.stringify(name)},"Value":"`),
        positions: new Map(names.map((name, position) => [name, position])),
      };
      this.#shapes.set(key, shape);
    }
    return shape;
  }
}

const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e\xa0-\ud7ff]*$/;

/** The inside of a JSON string literal. */
export function escapeValue(value: string): string {
  return plain.test(value) ? value : JSON.stringify(value).slice(1, -1);
}

/** The value of the inside of a JSON string literal. */
export function unescapeValue(escaped: string): string {
  return escaped.includes("\\") ? (JSON.parse(`"${escaped}"`) as string) : escaped;
}

/** The escaped value at a position of a joined string. */
export function valueAt(values: string, position: number): string {
  let start = 0;
  for (let i = 0; i < position; i += 1) start = values.indexOf(valueSeparator, start) + 1;
  const end = values.indexOf(valueSeparator, start);
  return end < 0 ? values.slice(start) : values.slice(start, end);
}
