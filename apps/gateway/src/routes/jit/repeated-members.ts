/** A string of JSON, or a character that opens, closes or separates. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

/**
 * Whether an object of JSON names one of its own members twice.
 *
 * Parsers take the last one in silence. Where a template puts a password into JSON without escaping it, a password can so
 * take the place of the name that was typed beside it.
 *
 * @param json - A text that parses as an object.
 */
export function repeatsMembers(json: string): boolean {
  const names = new Set<string>();
  let depth = 0;
  let last = "";
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    else if (token === ":" && depth === 1) {
      const name = JSON.parse(last) as string;
      if (names.has(name)) return true;
      names.add(name);
    }
    last = token;
  }
  return false;
}
