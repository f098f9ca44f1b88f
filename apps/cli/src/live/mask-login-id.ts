/** A login ID of which only the form is left: `a…@e…`, `+49…12`, `f…`. */
export function maskLoginId(loginId: string): string {
  const at = loginId.lastIndexOf("@");
  if (at > 0) return `${firstOf(loginId)}…@${firstOf(loginId.slice(at + 1))}…`;
  if (/^\+\d{6,}$/.test(loginId)) return `${loginId.slice(0, 3)}…${loginId.slice(-2)}`;
  return `${firstOf(loginId)}…`;
}

function firstOf(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0x2d);
}
