/** What bars are drawn with. */
export interface Glyphs {
  readonly full: string;
  readonly empty: string;
}

const BLOCKS: Glyphs = { full: "█", empty: "░" };
const ASCII: Glyphs = { full: "#", empty: "-" };

/** Blocks, unless the locale says that the terminal knows no Unicode. */
export function glyphsOf(variables: Readonly<Record<string, string | undefined>>): Glyphs {
  const locale = variables["LC_ALL"] || variables["LC_CTYPE"] || variables["LANG"];
  return locale === undefined || /utf-?8/i.test(locale) ? BLOCKS : ASCII;
}

/** A bar of so many columns, full to the given share. Neither full nor empty before it is. */
export function drawBar(share: number, columns: number, { full, empty }: Glyphs): string {
  const exact = Math.min(1, Math.max(0, share)) * columns;
  const filled = exact > 0 && exact < 1 ? 1 : Math.floor(exact);
  return full.repeat(filled) + empty.repeat(columns - filled);
}
