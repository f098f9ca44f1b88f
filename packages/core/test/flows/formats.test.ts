import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { writeConsoleFlow } from "../../src/flows/formats/console-format.ts";
import { readSnapshotFlow, writeSnapshotFlow } from "../../src/flows/formats/snapshot-format.ts";
import type { FlowDocument } from "../../src/flows/flow-document.ts";
import { parseFlow } from "../../src/flows/parse-flow.ts";
import { anyFlow } from "./any-flow.ts";
import { LINK_FLOW, PASSWORD_FLOW } from "./customer-flows.ts";

describe("the three forms of a flow", () => {
  property.prop([anyFlow])("an exported flow is read as it is", (document) => {
    expect(parseFlow(document)).toEqual({ document, format: "exported" });
    expect(parseFlow({ flow: document }).document).toBe(document);
  });

  property.prop([anyFlow])(
    "it comes back whole from the console's form, which comes back whole in turn",
    (document) => {
      const inConsole = writeConsoleFlow(document);
      const back = parseFlow(structuredClone(inConsole));
      expect(back).toEqual({ document, format: "console" });
      expect(writeConsoleFlow(back.document)).toEqual(inConsole);
    },
  );

  property.prop([anyFlow])("it comes back whole from a snapshot, whatever its screens are called there", (document) => {
    const names = Object.fromEntries(
      (document.screens ?? []).map(({ screenId }, index) => [screenId, `screen-${index}`]),
    );
    const files = writeSnapshotFlow(document, names);
    const read = readSnapshotFlow(document.flowId, { ...structuredClone(files), "notes.json": {} });
    expect(read).toEqual({ document, screenNames: names, otherFiles: { "notes.json": {} } });
    expect(writeSnapshotFlow(read.document, read.screenNames)).toEqual(files);
  });

  test.each([PASSWORD_FLOW, LINK_FLOW])("flows of customers keep everything: $flowId", (document) => {
    expect(parseFlow(structuredClone(writeConsoleFlow(document))).document).toEqual(document);
    expect(readSnapshotFlow(document.flowId, writeSnapshotFlow(document)).document).toEqual(document);
  });

  test("the console's form has the words of its own", () => {
    const document: FlowDocument = {
      ...LINK_FLOW,
      metadata: { name: "n", componentsVersion: "2.1.0", translation: { enabled: true, sourceLanguage: "en" } },
    };
    expect(writeConsoleFlow(document)).toMatchObject({
      flow: { id: "sign-up-or-in", name: "n", dsl: LINK_FLOW.contents, translate: true, translateSourceLang: "en" },
      screens: [
        {
          id: "SC2screen0",
          flowId: "sign-up-or-in",
          componentsVersion: "2.1.0",
          htmlTemplate: expect.any(Object) as object,
        },
        { id: "SC2screen2" },
        { id: "SC2screen4" },
      ],
    });
  });
});

const contents = { tasks: {} };

test.each([
  [null, "not a JSON object"],
  [[], "not a JSON object"],
  [{}, "no contents"],
  [{ flowId: "x", metadata: {}, contents: {} }, "no tasks"],
  [{ flowId: "", metadata: {}, contents }, "no flowId"],
  [{ flowId: "x", contents }, "no metadata"],
  [{ flowId: "x", metadata: {}, contents: { tasks: { 1: [] } } }, 'task "1" is not an object'],
  [{ flowId: "x", metadata: {}, contents: { tasks: { 1: { type: 5 } } } }, 'type of task "1" is not a string'],
  [{ flowId: "x", metadata: {}, contents: { tasks: { 1: { next: { rules: [{}] } } } } }, "leads to no taskId"],
  [{ flowId: "x", metadata: {}, contents: { tasks: { 1: { next: { rules: "no" } } } } }, "not a list of objects"],
  [{ flowId: "x", metadata: {}, contents: { tasks: { 1: { arguments: { a: 1 } } } } }, "a member of arguments"],
  [{ flowId: "x", metadata: {}, contents, screens: {} }, "screens is not a list"],
  [{ flowId: "x", metadata: {}, contents, screens: [{}] }, "screen 1 has no screenId"],
  [{ flowId: "x", metadata: {}, contents, references: [] }, "references is not an object"],
  [{ flow: { id: "x" }, screens: {} }, "screens is not a list"],
  [
    {
      flowId: "x",
      metadata: {},
      contents: { tasks: Object.fromEntries(Array.from({ length: 2001 }, (_, n) => [n, {}])) },
    },
    "more than 2000 tasks",
  ],
])("what is no flow is refused with where: %j", (value, reason) => {
  expect(() => parseFlow(value)).toThrow(
    expect.objectContaining({ code: "ERR_FLOW_INVALID", message: expect.stringContaining(reason) as string }) as Error,
  );
});

test.each([
  [{}, "metadata.json"],
  [{ "metadata.json": {} }, "contents.json"],
  [{ "metadata.json": { screens: ["a"] }, "contents.json": contents }, "screen-a.json"],
  [{ "metadata.json": { screens: [1] }, "contents.json": contents }, "not a list of names"],
])("a directory that is no flow is refused with where: %j", (files, reason) => {
  expect(() => readSnapshotFlow("x", files)).toThrow(reason);
});

property.prop([fc.jsonValue()])("no JSON brings the reader down", (value) => {
  try {
    parseFlow(value);
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_FLOW_INVALID" });
  }
});

test("a file that is only deep is no flow, and brings nothing down", () => {
  const text = `{"flowId":"x","metadata":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)},"contents":{"tasks":{}}}`;
  expect(() => parseFlow(JSON.parse(text))).toThrow(/levels deep/);
});
