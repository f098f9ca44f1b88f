/** The fields of a form that decisions depend on. */
export interface CallBackForm {
  /** Every value of every field by its decoded name, as it stands in the body: {@link decodeValue} reads one. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/** Fields of a form beyond which it is none that an identity provider sends. */
const MAX_FIELDS = 64;

/** Whether the header says that the body is a form, as HTML makes them. */
export function isForm(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/x-www-form-urlencoded[ \t]*(?:;[^,]*)?$/i.test(contentType);
}

/**
 * Reads a form. Undefined when it cannot be read beyond doubt: a name with percent signs that stand for nothing or bytes
 * that are no UTF-8, or too many fields. Values are not decoded: the one that is long is hardly looked into.
 */
export function readForm(body: string): CallBackForm | undefined {
  const fields = new Map<string, string[]>();
  let count = 0;
  for (const pair of body.split("&")) {
    if (pair === "") continue;
    count += 1;
    if (count > MAX_FIELDS) return undefined;
    const end = pair.indexOf("=");
    const name = decodeValue(end < 0 ? pair : pair.slice(0, end));
    const value = end < 0 ? "" : pair.slice(end + 1);
    if (name === undefined) return undefined;
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return { fields };
}

/** A body without the fields of a name; what stays is the same to the byte. */
export function withoutField(body: string, name: string): string {
  return body
    .split("&")
    .filter((pair) => {
      const end = pair.indexOf("=");
      return decodeValue(end < 0 ? pair : pair.slice(0, end)) !== name;
    })
    .join("&");
}

/** A name or a value. Undefined for percent signs that stand for nothing, and for bytes that are no UTF-8. */
export function decodeValue(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
