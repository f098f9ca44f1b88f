/** Text as it stands in XML. */
export function escapeXml(text: string): string {
  return (
    text
      // What XML cannot hold, and what would turn the direction of the text after it.
      .replace(/[^\P{C}\t]|[\u2066-\u2069\u202a-\u202e]|\p{Surrogate}/gu, "\u{fffd}")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
  );
}

/** Breaks a text into at most three lines of about so many letters. */
export function wrapText(text: string, letters: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length <= letters || line === "") line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  const shown = lines.slice(0, 3).map((one) => shortened(one, letters + 4));
  if (lines.length > 3) shown[2] = `${shown[2] ?? ""}…`;
  return shown;
}

/** A text that is cut where it is longer than so many letters. */
export function shortened(text: string, letters: number): string {
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}
