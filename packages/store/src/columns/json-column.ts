/** A value as text for a column. JSON escapes NUL and halves of surrogate pairs, so any text in it survives UTF-8. */
export function toJson(value: object): string {
  return JSON.stringify(value);
}

/** The value that {@link toJson} was given. The column was written by this package, so its type is taken on trust. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- says which column it is
export function fromJson<Value>(text: string): Value {
  return JSON.parse(text) as Value;
}
