import { diffFlows, generateFlow, importFlow, type FlowImportPlan } from "@cognito-to-descope/core";
import { expect, test } from "vitest";
import { createFlows } from "../src/flows.ts";
import { hurriedClock } from "./real-clock.ts";
import { json, optionsFor, refusal, startScriptedProject } from "./scripted-project.ts";
import { startProject } from "./start-project.ts";

const made = generateFlow({ kind: "reset-password" }).document;
const yes = (): Promise<boolean> => Promise.resolve(true);
const no = (): Promise<boolean> => Promise.resolve(false);

/** A project of which version 2 of the endpoints is not known. */
const onlyV1 = { operation: "POST /v2/mgmt/flow/*", fault: { kind: "status", status: 404, body: "{}" } } as const;

test.each([
  ["version 2", []],
  ["version 1 alone", [onlyV1]],
] as const)("a flow goes to the project and comes back as it was, with %s", async (_name, rules) => {
  await using project = await startProject();
  project.sandbox.faults.add(rules);
  const flows = createFlows(project.options);
  expect(await flows.list()).toEqual([]);
  expect(await flows.read(made.flowId)).toBeUndefined();
  await flows.write(made);
  const back = await flows.read(made.flowId);
  expect(diffFlows(made, back ?? made)).toEqual([]);
  expect(back?.screens).toHaveLength(made.screens?.length ?? -1);
  const { name, description } = made.metadata;
  expect(await flows.list()).toEqual([{ flowId: made.flowId, name, description }]);
  await flows.delete(made.flowId);
  await flows.delete(made.flowId);
  expect(await flows.list()).toEqual([]);
});

test("an import writes once, and nothing when the flow is as it should be", async () => {
  await using project = await startProject();
  const flows = createFlows(project.options);
  const plans: FlowImportPlan[] = [];
  const mayWrite = (plan: FlowImportPlan): Promise<boolean> => {
    plans.push(plan);
    return yes();
  };
  expect(await importFlow(flows, made, { mayWrite: no })).toMatchObject({ operation: "create", written: false });
  expect(await flows.list()).toEqual([]);
  expect(await importFlow(flows, made, { mayWrite })).toMatchObject({
    operation: "create",
    written: true,
    afterwards: [],
  });
  const before = project.sandbox.requests.count({ operation: "POST /v2/mgmt/flow/import" });
  expect(await importFlow(flows, made, { mayWrite })).toMatchObject({ operation: "none", written: false });
  expect(project.sandbox.requests.count({ operation: "POST /v2/mgmt/flow/import" })).toBe(before);
  const changed = { ...made, metadata: { ...made.metadata, name: "Another name" } };
  expect(await importFlow(flows, changed, { mayWrite })).toMatchObject({
    operation: "update",
    written: true,
    differences: [{ where: "flow", values: [{ path: "name", after: "Another name" }] }],
  });
  expect(plans.map(({ operation }) => operation)).toEqual(["create", "update"]);
});

test("a flow that somebody designed is never replaced", async () => {
  await using project = await startProject();
  const flows = createFlows(project.options);
  const theirs = { ...made, metadata: { ...made.metadata, description: "Ours. Made by hand." } };
  await flows.write(theirs);
  await expect(importFlow(flows, made, { mayWrite: yes })).rejects.toMatchObject({ code: "ERR_FLOW_EXISTS" });
  expect(await flows.read(made.flowId)).toMatchObject({ metadata: { description: "Ours. Made by hand." } });
});

test("a flow that cannot work is not sent", async () => {
  await using project = await startProject();
  const broken = { ...made, contents: { ...made.contents, tasks: { "0": { type: "automated", action: "risk" } } } };
  await expect(importFlow(createFlows(project.options), broken, { mayWrite: yes })).rejects.toMatchObject({
    code: "ERR_PLAN_BLOCKED",
    message: expect.stringContaining("success-missing") as string,
  });
  expect(project.sandbox.requests.count({ operation: "POST /v2/mgmt/flow/import" })).toBe(0);
});

test("flows that it calls and the project lacks are named", async () => {
  await using project = await startProject();
  const calling = { ...made, contents: { ...made.contents, tasks: { ...made.contents.tasks } } };
  const [id = ""] = Object.entries(made.contents.tasks).find(([, { action }]) => action === "logged-in") ?? [];
  Object.assign(calling.contents.tasks, {
    [id]: {
      id,
      type: "flow",
      arguments: { flowId: { type: "inline", value: "step-up" } },
      next: { rules: [{ interactionId: `${id}.success`, taskId: "900" }] },
    },
    "900": { id: "900", type: "automated", action: "logged-in", next: {} },
  });
  const plan = await importFlow(createFlows(project.options), calling, { mayWrite: no });
  expect(plan.missingFlows).toEqual(["step-up"]);
});

test("an import whose answer was lost is sent again, which changes nothing more", async () => {
  await using project = await startProject({}, { clock: hurriedClock });
  project.sandbox.faults.add([{ operation: "POST /v2/mgmt/flow/import", fault: { kind: "answer-lost" }, times: 1 }]);
  const result = await importFlow(createFlows(project.options), made, { mayWrite: yes });
  expect(result).toMatchObject({ written: true, afterwards: [] });
});

test("a project that has no such feature is told apart from one that refuses the flow", async () => {
  await using absent = await startScriptedProject(() => refusal(404, "E000"));
  const { options } = optionsFor(absent.url);
  await expect(createFlows(options).list()).rejects.toMatchObject({ code: "ERR_TARGET_FEATURE_MISSING" });
  await using project = await startProject();
  const stranger = { ...made, references: { connectors: { Nowhere: "CI2x" } } };
  await expect(createFlows(project.options).write(stranger)).rejects.toMatchObject({ code: "ERR_TARGET_REFUSED" });
});

test("an answer without the flow makes no sense", async () => {
  await using scripted = await startScriptedProject(({ path }) =>
    json(path.endsWith("/list") ? { flows: [{ id: "a" }, null, 5] } : {}),
  );
  const { options } = optionsFor(scripted.url);
  await expect(createFlows(options).read("a")).rejects.toMatchObject({ code: "ERR_TARGET_UNEXPECTED" });
});
