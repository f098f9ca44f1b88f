/** A piece of a text: as it is, or a character that nobody would see, spelled out. */
export interface TextPiece {
  readonly text: string;
  /** Whether it stands for an invisible character. */
  readonly spelled: boolean;
}

/** Control characters, marks that turn directions, and everything else without a shape of its own. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\u115f\u1160\u3164\uffa0]|\u034f/gu;

/**
 * Splits a text of somebody else's making so that what cannot be seen is spelled out: `U+202E`. Line feeds and tabs are spelled out
 * as well, because a name has none. A text of nothing but spaces is spelled out as a whole, and an empty one is called so.
 */
export function spellOut(text: string): readonly TextPiece[] {
  if (text === "") return [{ text: "empty", spelled: true }];
  const pieces: TextPiece[] = [];
  const hidden = text.trim() === "" ? /\s|\p{Cf}/gu : INVISIBLE;
  let from = 0;
  for (const match of text.matchAll(hidden)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), spelled: false });
    const code = match[0].codePointAt(0) ?? 0;
    pieces.push({ text: `U+${code.toString(16).toUpperCase().padStart(4, "0")}`, spelled: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), spelled: false });
  return pieces;
}

/** Cuts a text where it is long, between characters and not within one. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const cut = text.slice(0, longest - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
