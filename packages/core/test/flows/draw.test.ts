import { expect, test } from "vitest";
import { drawFlow } from "../../src/flows/draw/draw-flow.ts";
import type { FlowDocument } from "../../src/flows/flow-document.ts";
import { generateFlow } from "../../src/flows/generate/generate-flow.ts";
import { LINK_FLOW, PASSWORD_FLOW } from "./customer-flows.ts";
import { EVERY_KIND } from "./every-kind.ts";

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The boxes of a picture. */
function boxesOf(picture: string): readonly Rectangle[] {
  const pattern = /<g><rect class="\w+" x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"/g;
  return [...picture.matchAll(pattern)].map(([, ...numbers]) => {
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
    return { x, y, width, height };
  });
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

const flows = [PASSWORD_FLOW, LINK_FLOW, ...EVERY_KIND.map((options) => generateFlow(options).document)];

test("no box lies on another one or outside of the picture", () => {
  for (const document of flows) {
    const picture = drawFlow(document);
    const [, width = "0", height = "0"] = /viewBox="0 0 (\d+) (\d+)"/.exec(picture) ?? [];
    const boxes = boxesOf(picture);
    expect(boxes.length).toBeGreaterThan(5);
    for (const [index, box] of boxes.entries()) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(Number(width));
      expect(box.y + box.height).toBeLessThanOrEqual(Number(height));
      expect(boxes.slice(index + 1).filter((other) => overlap(box, other))).toEqual([]);
    }
  }
});

test("each task that can be reached is drawn once, both halves of a step as one", () => {
  const picture = drawFlow(PASSWORD_FLOW);
  expect(boxesOf(picture)).toHaveLength(11);
  expect(picture.match(/Send Password Reset/g)).toHaveLength(1);
  expect(picture).toContain("comes back");
});

test("names of tasks cannot break out of the picture", () => {
  const { contents } = PASSWORD_FLOW;
  const name = '</text><script>alert(1)</script>&"\u{1}\u{202e}';
  const evil: FlowDocument = {
    ...PASSWORD_FLOW,
    metadata: { name },
    contents: { ...contents, tasks: { ...contents.tasks, "1": { ...contents.tasks["1"], name } } },
  };
  const picture = drawFlow(evil);
  expect(picture).not.toContain("<script");
  for (const character of ["\u{1}", "\u{202e}"]) expect(picture).not.toContain(character);
});

test("a flow that begins nowhere is not drawn", () => {
  expect(() => drawFlow({ flowId: "x", metadata: {}, contents: { tasks: {} } })).toThrow(/begins nowhere/);
});

test("a flow that is too large for a picture is said to be", () => {
  const tasks = Object.fromEntries(
    Array.from({ length: 500 }, (_, n) => [
      n,
      { next: { rules: [{ taskId: String(n + 1) }, { taskId: String(n + 2) }] } },
    ]),
  );
  expect(() => drawFlow({ flowId: "x", metadata: {}, contents: { startTask: "0", tasks } })).toThrow(/too many/);
});
