/** A config with other mapping rules. A `transform` is code: it stays, whatever the rules say. */
export function withMapping(written: unknown, mapping: unknown): unknown {
  if (typeof written !== "object" || written === null || Array.isArray(written)) return written;
  const { transform } = mappingOf(written);
  const isObject = typeof mapping === "object" && mapping !== null && !Array.isArray(mapping);
  return { ...written, mapping: isObject && transform !== undefined ? { ...mapping, transform } : mapping };
}

/** The mapping rules of a config as they are written; empty where there are none. */
export function mappingOf(written: unknown): Readonly<Record<string, unknown>> {
  const { mapping } = (typeof written === "object" && written !== null ? written : {}) as {
    readonly mapping?: unknown;
  };
  return typeof mapping === "object" && mapping !== null ? (mapping as Readonly<Record<string, unknown>>) : {};
}
