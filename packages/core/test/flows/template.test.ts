import { describe, expect, test } from "vitest";
import { diffFlows } from "../../src/flows/diff/diff-flows.ts";
import type { FlowDocument } from "../../src/flows/flow-document.ts";
import { generateFlow } from "../../src/flows/generate/generate-flow.ts";
import type { GenerateFlowOptions } from "../../src/flows/generate/options.ts";
import { lintFlow } from "../../src/flows/lint/lint-flow.ts";
import { LINK_FLOW, PASSWORD_FLOW } from "./customer-flows.ts";

const connector = { name: "Gateway" };
const kinds: readonly GenerateFlowOptions[] = [
  { kind: "jit-password", connector },
  { kind: "combined", connector },
  { kind: "direct-cognito", connector, clientId: "abc", signUpAction: "password-sign-up", templateEscaping: "raw" },
  { kind: "reset-password" },
  { kind: "passwordless" },
  { kind: "cognito-oidc" },
  { kind: "token-claims" },
];

const both = kinds.flatMap((options) => [PASSWORD_FLOW, LINK_FLOW].map((template) => ({ options, template })));

describe("a flow from a customer's", () => {
  test.each(both)("keeps all of it: $options.kind in $template.flowId", ({ options, template }) => {
    const { document } = generateFlow({ ...options, template });
    const changed = diffFlows(template, document).filter(({ kind }) => kind !== "added");
    // Steps lead elsewhere; nothing else of them is touched, and none is gone.
    for (const { kind, where, values } of changed) {
      expect(kind).toBe("changed");
      const allowed = where === "flow" ? /^(name|description|references)/ : /^leads\./;
      for (const { path } of values) expect(path).toMatch(allowed);
    }
    const {
      contents: _contents,
      flowId: _flowId,
      metadata,
      screens: _screens,
      references: _references,
      ...own
    } = template;
    expect(document).toMatchObject(own);
    const { name: _name, description: _description, etag: _etag, modifiedTime: _time, ...settings } = metadata;
    expect(document.metadata).toMatchObject(settings);
    expect(document.metadata).not.toHaveProperty("etag");
    expect(lintFlow(document).filter(({ rule }) => rule !== "action-unknown")).toEqual([]);
    for (const [id, { view }] of Object.entries(template.contents.tasks))
      expect(document.contents.tasks[id]?.view).toEqual(view);
  });

  test("shares no screen and no ID with it", () => {
    const { document } = generateFlow({ kind: "combined", connector, template: PASSWORD_FLOW });
    const ids = new Set((PASSWORD_FLOW.screens ?? []).map(({ screenId }) => screenId));
    expect(document.screens?.filter(({ screenId }) => ids.has(screenId))).toEqual([]);
    expect(document.flowId).toBe("cognito-combined");
    expect(PASSWORD_FLOW.screens?.map(({ screenId }) => screenId)).toEqual([
      "SC2screen0",
      "SC2screen3",
      "SC2screen6",
      "SC2screen7",
    ]);
  });

  test("goes on as the customer's does after each sign-in, so that its own checks stay in force", () => {
    for (const options of kinds.filter(({ kind }) => kind !== "token-claims")) {
      const { tasks } = generateFlow({ ...options, template: PASSWORD_FLOW }).document.contents;
      const intoEnd = Object.entries(tasks).filter(([, task]) =>
        task.next?.rules?.some(({ taskId }) => taskId === "4"),
      );
      // The template's own steps alone lead to the session, but for the note that a password was chosen on its own way.
      const strangers = intoEnd.filter(([id]) => !(id in PASSWORD_FLOW.contents.tasks)).map(([, task]) => task.name);
      expect(strangers.every((name) => name === "Not freshly migrated any more")).toBe(true);
    }
  });

  test("looks like the customer's: its logo, its sizes and colours", () => {
    const { screens } = generateFlow({ kind: "combined", connector, template: PASSWORD_FLOW }).document;
    const later = screens?.find(({ contents }) => JSON.stringify(contents).includes("We cannot check your password"));
    const nodes = later?.contents as Readonly<
      Record<string, { readonly nodes: readonly string[]; readonly props: object }>
    >;
    expect(nodes["ROOT"]?.nodes[0]).toBe("logo");
    expect(nodes["ROOT"]?.props).toMatchObject({ background: "#123456", paddingX: "9" });
    expect(nodes["back"]?.props).toMatchObject({
      size: "xl",
      color: "secondary",
      "st-host-direction": "rtl",
      children: "Try again",
    });
  });

  test("calls the connector by the ID that the customer's flow knows it by", () => {
    const template = { ...PASSWORD_FLOW, references: { connectors: { Gateway: "CI2known", Other: "CI2o" } } };
    const { document } = generateFlow({ kind: "combined", connector, template });
    expect(document.references?.connectors).toEqual({ Gateway: "CI2known", Other: "CI2o" });
    expect(JSON.stringify(document.contents)).toContain('"CI2known"');
  });

  test("asks for what the customer's asks for", () => {
    const text = JSON.stringify(PASSWORD_FLOW).replaceAll('"email"', '"externalId"');
    const { document } = generateFlow({ kind: "combined", connector, template: JSON.parse(text) as FlowDocument });
    expect(JSON.stringify(document.contents)).toContain('"form.externalId"');
  });

  test("learns what the console calls the step that signs up by password", () => {
    const signUp = { id: "30", name: "Sign Up / Password", type: "automated", action: "sign-up-pwd-x", next: {} };
    const { contents } = PASSWORD_FLOW;
    const template = { ...PASSWORD_FLOW, contents: { ...contents, tasks: { ...contents.tasks, "30": signUp } } };
    const { document } = generateFlow({ kind: "direct-cognito", connector, clientId: "abc", template });
    expect(Object.values(document.contents.tasks).filter(({ action }) => action === "sign-up-pwd-x")).toHaveLength(2);
    expect(() => generateFlow({ kind: "direct-cognito", connector, clientId: "abc", template: PASSWORD_FLOW })).toThrow(
      /is not known/,
    );
  });

  const tasks = PASSWORD_FLOW.contents.tasks;
  test.each([
    ["ERR_FLOW_TEMPLATE", "no way through it leads to a session", { "4": { ...tasks["4"], action: "risk" } }, {}],
    [
      "ERR_FLOW_TEMPLATE",
      "no screen asks who the user is",
      { "0": { ...tasks["0"], screenId: "SC2screen3", inputKeys: [] } },
      {},
    ],
    ["ERR_FLOW_TEMPLATE", "made by c2d itself", {}, { metadata: { description: "Text. Made by c2d: combined." } }],
    ["ERR_USAGE", "the template's ID", {}, { flowId: "cognito-combined" }],
  ])("is refused with %s when %s", (code, message, change, more) => {
    const template = {
      ...PASSWORD_FLOW,
      ...more,
      contents: { ...PASSWORD_FLOW.contents, tasks: { ...tasks, ...change } },
    };
    expect(() => generateFlow({ kind: "combined", connector, template })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
    );
  });
});
