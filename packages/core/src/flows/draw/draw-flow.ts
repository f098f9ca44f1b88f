import { MigrationError } from "../../errors.ts";
import type { FlowDocument } from "../flow-document.ts";
import { textOf } from "../json.ts";
import { layerGraph } from "../layout/layer-graph.ts";
import { type ArrangedLine, arrangeLines } from "./arrange-lines.ts";
import { type Box, type FlowPicture, flowPicture, type Line } from "./flow-picture.ts";
import { pictureStyle } from "./style.ts";
import { escapeXml, shortened, wrapText } from "./svg-text.ts";

/** Beyond this nobody could read it, and the service takes 200 tasks. */
const MOST_BOXES = 400;
const BOX_WIDTH = 178;
/** Pixels between two boxes of a layer. */
const BESIDE = 22;
/** Pixels between two layers, labels aside. */
const BETWEEN = 36;
const LINE_HEIGHT = 15;
/** Pixels between two lines that end at one side of a box. */
const PORT = 16;
const MARGIN = 24;
const HEADING = 36;
/** Pixels of a letter of a label, about. */
const LETTER = 5.7;
const LABEL_LETTERS = 20;
const LABEL_LINE = 12;
const TITLE_LETTERS = 25;

/**
 * Draws a flow as an SVG picture, from top to bottom. It suits light and dark pages.
 *
 * Deterministic: the same flow, the same picture, byte for byte.
 *
 * @throws MigrationError `ERR_FLOW_INVALID` when the flow begins nowhere, so that there is nothing to draw, and when it is too
 *   large for a picture.
 */
export function drawFlow(document: FlowDocument): string {
  const picture = flowPicture(document);
  const { boxes, lines } = picture;
  if (lines.length === 0) {
    throw new MigrationError("ERR_FLOW_INVALID", "this flow begins nowhere, so there is nothing to draw", {
      suggestion: "c2d flow lint says what is wrong with it",
    });
  }
  if (boxes.length > MOST_BOXES) {
    throw new MigrationError("ERR_FLOW_INVALID", `this flow has more than ${MOST_BOXES} steps: too many for a picture`);
  }
  const lineOf = (one: { readonly from: string; readonly to: string }): Line | undefined =>
    lines.find(({ from, to }) => from === one.from && to === one.to);
  const widths = new Map(boxes.map((box) => [box.id, widthOf(box, picture)]));
  // One row of the layout is one box wide.
  const unit = BOX_WIDTH + BESIDE;
  const layout = layerGraph(
    boxes.map(({ id }) => id),
    lines,
    (id) => ((widths.get(id) ?? BOX_WIDTH) + BESIDE) / unit,
    (edge) => Math.max(26, labelWidth(lineOf(edge)?.label ?? "") + 10) / unit,
  );
  const layerOf = (id: string): number => layout.places.get(id)?.column ?? 0;
  const layers = stackLayers(layout.columns, picture, layerOf);
  const across = (row: number): number => Math.round(MARGIN + row * unit);
  const middleOf = (id: string): number => across(layout.places.get(id)?.row ?? 0);
  const topOf = (id: string): number => layers.tops[layerOf(id)] ?? 0;
  const heights = new Map(boxes.map((box) => [box.id, heightOf(box)]));
  const arranged = arrangeLines(
    layout.edges.map((edge) => ({
      ...edge,
      via: edge.via.map(({ column, row }) => ({
        x: across(row),
        y: layers.tops[column] ?? 0,
        depth: layers.depths[column] ?? 0,
      })),
    })),
    {
      middleOf,
      topOf,
      bottomOf: (id) => topOf(id) + (heights.get(id) ?? 0),
      port: PORT,
      labelHeight: (line) => labelLines(lineOf(line)?.label ?? "").length * LABEL_LINE,
    },
  );
  const width = across(layout.rows) + MARGIN;
  const height = layers.bottom + MARGIN;
  const name = textOf(document.metadata.name) || document.flowId;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escapeXml(`Flow: ${name}`)}</title>`,
    `<style>${pictureStyle()}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>',
    `<rect class="page" width="${width}" height="${height}" rx="8"/>`,
    `<text class="name" x="${MARGIN}" y="${MARGIN + 12}">${escapeXml(name)}</text>`,
    ...arranged.map((line) => drawLine(line, lineOf(line))),
    ...boxes.map((box) =>
      drawBox(box, middleOf(box.id), topOf(box.id), widths.get(box.id) ?? BOX_WIDTH, heightOf(box)),
    ),
    ...arranged.map((line) => drawLabel(line, lineOf(line))).filter((label) => label !== ""),
    "</svg>",
    "",
  ].join("\n");
}

/** Wide enough for the lines that end at its busier side. */
function widthOf(box: Box, { lines }: FlowPicture): number {
  const out = lines.filter(({ from, to }) => from === box.id && to !== box.id).length;
  const into = lines.filter(({ from, to }) => to === box.id && from !== box.id).length;
  return Math.max(BOX_WIDTH, Math.max(out, into) * PORT + 16);
}

function heightOf({ title, caption }: Box): number {
  return wrapText(title, TITLE_LETTERS).length * LINE_HEIGHT + (caption === "" ? 14 : 28);
}

/** A label in at most two lines. */
function labelLines(label: string): readonly string[] {
  if (label === "") return [];
  const lines = wrapText(label, LABEL_LETTERS);
  return lines.length < 3 ? lines : [lines[0] ?? "", `${lines[1] ?? ""}…`];
}

function labelWidth(label: string): number {
  return Math.max(0, ...labelLines(label).map((line) => line.length * LETTER));
}

/** Where each layer begins, and how high it is. Above a layer there is room for the labels of lines that end there. */
function stackLayers(
  count: number,
  { boxes, lines }: FlowPicture,
  layerOf: (id: string) => number,
): { readonly tops: readonly number[]; readonly depths: readonly number[]; readonly bottom: number } {
  const depths = Array.from({ length: count }, (_, layer) =>
    Math.max(0, ...boxes.filter(({ id }) => layerOf(id) === layer).map(heightOf)),
  );
  const labelled = (id: string): number =>
    lines.filter(({ to }) => to === id).reduce((sum, { label }) => sum + labelLines(label).length * LABEL_LINE, 0);
  const tops: number[] = [];
  let y = MARGIN + HEADING;
  for (const [layer, depth] of depths.entries()) {
    const most = Math.max(0, ...boxes.filter(({ id }) => layerOf(id) === layer).map(({ id }) => labelled(id)));
    if (layer > 0) y += BETWEEN + Math.max(most, 2 * LABEL_LINE);
    tops.push(y);
    y += depth;
  }
  return { tops, depths, bottom: y };
}

function drawBox({ kind, title, caption }: Box, middle: number, top: number, width: number, height: number): string {
  const words = wrapText(title, TITLE_LETTERS);
  const round = kind === "condition" ? 2 : kind === "start" || kind === "end" ? 20 : 8;
  const lines = words.map(
    (word, index) =>
      `<text x="${middle}" y="${top + 19 + index * LINE_HEIGHT}" text-anchor="middle">${escapeXml(word)}</text>`,
  );
  const below =
    caption === ""
      ? ""
      : `<text class="caption" x="${middle}" y="${top + 18 + words.length * LINE_HEIGHT}" text-anchor="middle">${escapeXml(shortened(caption, 32))}</text>`;
  return `<g><rect class="${kind}" x="${middle - width / 2}" y="${top}" width="${width}" height="${height}" rx="${round}"/>${lines.join("")}${below}</g>`;
}

function drawLine({ path }: ArrangedLine, line: Line | undefined): string {
  return `<path class="line${line?.dashed === true ? " dashed" : ""}" d="${path}" marker-end="url(#arrow)"/>`;
}

function drawLabel({ label: { x, y } }: ArrangedLine, line: Line | undefined): string {
  const words = labelLines(line?.label ?? "");
  return words
    .map(
      (word, index) =>
        `<text class="label halo" x="${x}" y="${y + index * LABEL_LINE}" text-anchor="middle">${escapeXml(word)}</text>`,
    )
    .join("");
}
