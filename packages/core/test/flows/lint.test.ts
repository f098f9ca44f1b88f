import { describe, expect, test } from "vitest";
import type { FlowDocument, FlowTask } from "../../src/flows/flow-document.ts";
import { lintFlow } from "../../src/flows/lint/lint-flow.ts";
import { FLOW_RULES, type FlowRuleId } from "../../src/flows/lint/rules.ts";
import { LINK_FLOW, PASSWORD_FLOW } from "./customer-flows.ts";

type Tasks = Readonly<Record<string, FlowTask>>;

/** The customer's flow with some tasks changed or added. */
function withTasks(tasks: Tasks, more: Partial<FlowDocument> = {}): FlowDocument {
  const { contents } = PASSWORD_FLOW;
  return { ...PASSWORD_FLOW, ...more, contents: { ...contents, tasks: { ...contents.tasks, ...tasks } } };
}

const change = (id: string, fields: object): Tasks => ({ [id]: { ...PASSWORD_FLOW.contents.tasks[id], ...fields } });
const rules = (of: Readonly<Record<string, string>>): object => ({
  rules: Object.entries(of).map(([interactionId, taskId]) => ({ interactionId, taskId })),
});
const inline = (args: object): object => ({
  arguments: Object.fromEntries(
    Object.entries(args).map(([name, value]: [string, unknown]) => [name, { type: "inline", value }]),
  ),
});
const action = (name: string, next: Readonly<Record<string, string>>, args: object = {}): FlowTask => ({
  id: "50",
  name,
  type: "automated",
  action: name,
  next: rules(next),
  ...inline(args),
});

/** A flow that leads through one more task after the password. */
const through = (task: FlowTask, more: Partial<FlowDocument> = {}): FlowDocument =>
  withTasks({ ...change("1", { next: rules({ success: "50" }) }), "50": task }, more);

/** A flow that leads through one more task before the password. */
const before = (task: FlowTask, more: Partial<FlowDocument> = {}): FlowDocument =>
  withTasks({ ...change("0", { next: rules({ go: "50", forgot: "5" }) }), "50": task }, more);

const connector = (args: readonly object[], connectorId = "CI2a"): FlowTask =>
  action("connector", { success: "1" }, { connectorId, resultPath: "answer", args });
const known: Partial<FlowDocument> = { references: { connectors: { Gateway: "CI2a" } } };
const many = (count: number): FlowDocument =>
  withTasks(
    Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        String(100 + n),
        { ...action("risk", { success: "4" }), id: String(100 + n) },
      ]),
    ),
  );

const cases: readonly (readonly [FlowRuleId, FlowDocument, string | undefined, string?])[] = [
  [
    "start-missing",
    { ...PASSWORD_FLOW, contents: { tasks: { "4": PASSWORD_FLOW.contents.tasks["4"] ?? {} } } },
    undefined,
  ],
  ["task-dangling", through(action("risk", { success: "99" })), "50", "99"],
  ["task-unreachable", withTasks({ "50": action("risk", { success: "4" }) }), "50"],
  ["task-id-differs", withTasks(change("8", { id: "80" })), "8", "80"],
  ["task-type-unknown", withTasks(change("3", { type: "hologram" })), "3", "hologram"],
  ["tasks-many", many(95), undefined],
  ["tasks-too-many", many(195), undefined],
  ["end-missing", withTasks(change("4", { action: "risk", next: rules({ success: "0" }) })), undefined],
  ["loop-without-screen", through(action("risk", { success: "50" })), "50"],
  [
    "subflow-itself",
    through({
      id: "50",
      type: "flow",
      ...inline({ flowId: "sign-in" }),
      next: rules({ "50.success": "4" }),
    }),
    "50",
  ],
  ["action-unknown", through(action("password-dance", { success: "4" })), "50", "password-dance"],
  ["action-missing", withTasks(change("9", { action: undefined })), "9"],
  ["success-missing", through(action("risk", {})), "50"],
  ["half-missing", withTasks(change("5", inline({ verifyStepId: "5.finish" }))), "5", "5.finish"],
  ["half-differs", withTasks(change("5.end", { action: "risk" })), "5", "5.end"],
  [
    "error-without-rule",
    withTasks(change("1", { errorHandlingV2: { PasswordExpired: { errorHandlingType: "custom" } } })),
    "1",
    "PasswordExpired",
  ],
  [
    "rule-without-error",
    withTasks(change("1", { next: rules({ success: "2", PasswordExpired: "7" }) })),
    "1",
    "PasswordExpired",
  ],
  [
    "else-missing",
    withTasks(
      change("2", {
        conditions: PASSWORD_FLOW.contents.tasks["2"]?.conditions?.slice(0, 1),
        next: rules({ a1b2: "3" }),
      }),
    ),
    "2",
  ],
  ["branch-without-rule", withTasks(change("2", { next: rules({ ELSE: "4" }) })), "2", "a1b2"],
  ["rule-without-branch", withTasks(change("2", { next: rules({ a1b2: "3", ELSE: "4", gone: "4" }) })), "2", "gone"],
  [
    "operator-unknown",
    withTasks(
      change("2", {
        conditions: [
          { interactionId: "a1b2", atomicConditions: [{ operator: "resembles" }] },
          { interactionId: "ELSE" },
        ],
      }),
    ),
    "2",
    "resembles",
  ],
  ["screen-missing", withTasks(change("3", { screenId: "SC2nowhere" })), "3", "SC2nowhere"],
  [
    "screen-unused",
    { ...PASSWORD_FLOW, screens: [...(PASSWORD_FLOW.screens ?? []), { screenId: "SC2spare" }] },
    undefined,
    "SC2spare",
  ],
  ["interaction-missing", withTasks(change("3", { next: rules({ accept: "9", decline: "0" }) })), "3", "decline"],
  ["interaction-unhandled", withTasks(change("0", { next: rules({ go: "1" }) })), "0", "forgot"],
  ["path-unknown", through(action("risk", { success: "4" }, { note: "{{weather.today}}" })), "50", "weather.today"],
  [
    "user-before-authentication",
    before(
      action("custom-claims", { success: "1" }, { customClaims: [{ key: "e", type: "context", value: "user.email" }] }),
    ),
    "50",
    "user.email",
  ],
  [
    "form-field-missing",
    through(action("risk", { success: "4" }, { note: "{{form.shoeSize}}" })),
    "50",
    "form.shoeSize",
  ],
  [
    "result-missing",
    through(action("risk", { success: "4" }, { note: "{{connectors.answer.x}}" })),
    "50",
    "connectors.answer",
  ],
  ["attribute-not-referenced", { ...PASSWORD_FLOW, references: { userAttributes: ["plan"] } }, "2", "terms"],
  ["connector-not-referenced", before(connector([], "CI2other"), known), "50", "CI2other"],
  ["connector-unused", { ...PASSWORD_FLOW, ...known }, undefined, "Gateway"],
  [
    "password-not-encoded",
    before(connector([{ key: "payload", type: "string", value: '{"p":"{{form.password}}"}' }]), known),
    "50",
    "form.password",
  ],
  [
    "password-in-address",
    before(connector([{ key: "endpoint", type: "string", value: "/check?p={{form.password}}" }]), known),
    "50",
    "form.password",
  ],
  [
    "secret-in-flow",
    before(
      action(
        "scriptlet",
        { success: "1" },
        { outputPath: "x", scriptCode: 'var clientSecret = "s3cr3t-s3cr3t-value"; return {};' },
      ),
    ),
    "50",
    "a constant that is called a secret",
  ],
];

describe("the linter", () => {
  test("has a case for each of its rules here", () => {
    expect(cases.map(([rule]) => rule).sort()).toEqual(Object.keys(FLOW_RULES).sort());
  });

  test.each(cases.map(([rule, document, task, subject]) => ({ rule, document, task, subject })))(
    "finds $rule",
    ({ rule, document, task, subject }) => {
      const found = lintFlow(document).filter((finding) => finding.rule === rule);
      expect(found).toContainEqual(expect.objectContaining({ rule, severity: FLOW_RULES[rule][0] }));
      expect(found.map((finding) => finding.task)).toContain(task);
      expect(found.map((finding) => finding.subject)).toContain(subject ?? found[0]?.subject);
    },
  );

  test.each([PASSWORD_FLOW, LINK_FLOW])("finds nothing in the flow $flowId", (document) => {
    expect(lintFlow(document)).toEqual([]);
  });

  test.each([
    "CryptoJS.HmacSHA256(name, 'a-long-secret-value')",
    "var k = 'AKIAABCDEFGHIJKLMNOP';",
    "// K2abcdefghijklmnopqrstuvwxyz",
    "-----BEGIN PRIVATE KEY-----",
    "fetch('Bearer abcdefghijklmnop')",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0x.c2lnbmF0dXJl",
  ])("sees that a script holds a secret, and does not repeat it: %s", (scriptCode) => {
    const found = lintFlow(before(action("scriptlet", { success: "1" }, { outputPath: "x", scriptCode })));
    expect(found.map(({ rule }) => rule)).toEqual(["secret-in-flow"]);
    for (const part of scriptCode.match(/[\w.+/-]{12,}/g) ?? []) expect(JSON.stringify(found)).not.toContain(part);
  });

  test("a value that is typed in is no secret of the flow", () => {
    const code = 'var password = "{{form.password}}"; return { passwordField: "" };';
    expect(lintFlow(before(action("scriptlet", { success: "1" }, { outputPath: "x", scriptCode: code })))).toEqual([]);
  });

  test("blockers come first", () => {
    const document = withTasks({ ...change("8", { id: "80" }), ...change("9", { next: rules({ success: "99" }) }) });
    expect(lintFlow(document).map(({ severity }) => severity)).toEqual(["blocker", "warning"]);
  });

  test("a text that is made to keep it busy does not", () => {
    for (const part of ["secret", "-eyJabcdefghijk", "Hmac(", "-----BEGIN A", "{{ ", "Bearer "]) {
      const scriptCode = part.repeat(50_000);
      const found = lintFlow(
        before(action("scriptlet", { success: "1" }, { outputPath: "x", scriptCode, note: scriptCode })),
      );
      expect(found.length).toBeLessThan(3);
    }
  });
});
