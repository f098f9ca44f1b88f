/** A point of a picture that runs downwards, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line between two boxes, with the points at the top of the layers that it passes. */
export interface PassingLine {
  readonly from: string;
  readonly to: string;
  /** Leads upwards. */
  readonly back: boolean;
  readonly via: readonly (Point & { /** Height of the layer. */ readonly depth: number })[];
}

/** A line as it is drawn. */
export interface ArrangedLine {
  readonly from: string;
  readonly to: string;
  readonly back: boolean;
  /** Where its label begins: on the line, before the first thing that it reaches or passes. */
  readonly label: Point;
  /** In SVG's own words. */
  readonly path: string;
}

/** Where the boxes are. */
export interface BoxPlaces {
  /** The middle of a box, from left to right. */
  readonly middleOf: (id: string) => number;
  readonly topOf: (id: string) => number;
  readonly bottomOf: (id: string) => number;
  /** Pixels between two lines at one side of a box. */
  readonly port: number;
  /** How high the label of a line is. */
  readonly labelHeight: (line: PassingLine) => number;
}

/**
 * Spreads lines over the sides of their boxes, in the order of where they go, so that they cross as little as they can.
 * Forward lines leave at the bottom; those that lead back leave at the top.
 */
export function arrangeLines(lines: readonly PassingLine[], places: BoxPlaces): readonly ArrangedLine[] {
  const { middleOf, topOf, bottomOf, port, labelHeight } = places;
  const sides = new Map<
    string,
    { readonly line: PassingLine; readonly end: "from" | "to"; readonly towards: number }[]
  >();
  for (const line of lines) {
    for (const end of ["from", "to"] as const) {
      const atBottom = (end === "from") !== line.back;
      const key = `${atBottom ? "bottom" : "top"} of ${line[end]}`;
      const neighbour = end === "from" ? line.via[0] : line.via.at(-1);
      const towards = neighbour?.x ?? middleOf(end === "from" ? line.to : line.from);
      sides.set(key, [...(sides.get(key) ?? []), { line, end, towards }]);
    }
  }
  const offsets = new Map<PassingLine, { from: number; to: number }>(lines.map((line) => [line, { from: 0, to: 0 }]));
  // Labels at one side of a box lie above one another.
  const stacked = new Map<PassingLine, number>();
  for (const side of sides.values()) {
    const ordered = side.toSorted((a, b) => a.towards - b.towards);
    let pile = 0;
    for (const [index, { line, end }] of ordered.entries()) {
      const offset = offsets.get(line);
      if (offset !== undefined) offset[end] = (index - (ordered.length - 1) / 2) * port;
      if (end !== "to" || line.via.length > 0) continue;
      stacked.set(line, pile);
      pile += labelHeight(line);
    }
  }
  return lines.map((line) => {
    const { from, to, back, via } = line;
    const offset = offsets.get(line) ?? { from: 0, to: 0 };
    const begin = { x: middleOf(from) + offset.from, y: back ? topOf(from) : bottomOf(from) };
    const end = { x: middleOf(to) + offset.to, y: back ? bottomOf(to) : topOf(to) };
    const [first] = via;
    const room = (stacked.get(line) ?? 0) + (back ? 0 : labelHeight(line));
    const target = first === undefined ? end : { x: first.x, y: back ? first.y + first.depth : first.y };
    return { from, to, back, label: labelPoint(target, back, room), path: pathThrough(begin, via, end, back) };
  });
}

/** Where the first line of a label stands: outside of what it is at, beyond the arrow. */
function labelPoint(target: Point, back: boolean, room: number): Point {
  return { x: target.x, y: back ? target.y + 20 + room : target.y - room - 1 };
}

/** Straight through each layer, and bent between them. */
function pathThrough(begin: Point, via: PassingLine["via"], end: Point, back: boolean): string {
  let path = `M${begin.x} ${begin.y}`;
  let at = begin;
  const bendTo = (point: Point): void => {
    const middle = Math.round((at.y + point.y) / 2);
    path += at.x === point.x ? `V${point.y}` : `C${at.x} ${middle} ${point.x} ${middle} ${point.x} ${point.y}`;
    at = point;
  };
  for (const { x, y, depth } of via) {
    const [near, far] = back ? [y + depth, y] : [y, y + depth];
    bendTo({ x, y: near });
    path += `V${far}`;
    at = { x, y: far };
  }
  bendTo(end);
  return path;
}
