import {
  applyJwtTemplate,
  type ApplyJwtTemplateOptions,
  awsJwtTemplate,
  type JwtTemplate,
} from "@cognito-to-descope/core";
import descopeSdk from "@descope/node-sdk";
import { describe, expect, test } from "vitest";
import { createJwtTemplates } from "../src/jwt-templates.ts";
import { json, optionsFor, refusal, startScriptedProject } from "./scripted-project.ts";
import { hurriedClock } from "./real-clock.ts";
import { type StartedProject, startProject } from "./start-project.ts";

const yes = (): Promise<boolean> => Promise.resolve(true);

function wanted({ options }: StartedProject, change: Partial<ApplyJwtTemplateOptions> = {}): ApplyJwtTemplateOptions {
  return { projectId: options.projectId, mayWrite: yes, ...change };
}

/** Signs a migrated user in and gives the claims of the session token. */
async function sessionClaims(project: StartedProject): Promise<Readonly<Record<string, unknown>>> {
  const { sandbox, target } = project;
  await target.createAttributes([{ name: "cognitoSub", type: "string", displayName: "Cognito sub" }]);
  const sdk = descopeSdk({
    projectId: sandbox.projectId,
    managementKey: sandbox.managementKey,
    baseUrl: sandbox.descope,
  });
  await sdk.management.user.create("a@example.com", {
    email: "a@example.com",
    customAttributes: { cognitoSub: "0b1c-sub" },
  });
  const { data } = await sdk.management.jwt.signIn("a@example.com");
  const [, payload = ""] = (data?.sessionJwt ?? "").split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
}

describe("the JWT template for AWS", () => {
  test.each([
    ["project-id", ""],
    ["url", ""],
    ["apps-url", "/v1/apps"],
  ] as const)(
    "gives tokens an issuer, an audience and the Cognito sub, where issuers are of the form %s",
    async (issuer, path) => {
      await using project = await startProject({ issuer });
      const templates = createJwtTemplates(project.options);
      const { operation, written, id } = await applyJwtTemplate(templates, wanted(project));
      expect({ operation, written }).toEqual({ operation: "create", written: true });
      project.sandbox.descopeService.selectJwtTemplate(id ?? "");
      expect(await sessionClaims(project)).toMatchObject({
        iss: `${project.sandbox.descope}${path}/${project.options.projectId}`,
        aud: project.options.projectId,
        cognitoSub: "0b1c-sub",
        sub: expect.stringMatching(/^U/) as unknown,
      });
    },
  );

  test("keeps the Cognito sub as the subject when told so", async () => {
    await using project = await startProject();
    const { id } = await applyJwtTemplate(createJwtTemplates(project.options), wanted(project, { subject: "cognito" }));
    project.sandbox.descopeService.selectJwtTemplate(id ?? "");
    expect(await sessionClaims(project)).toMatchObject({
      sub: "0b1c-sub",
      dsub: expect.stringMatching(/^U/) as unknown,
    });
  });

  test("is not written again when it is as it should be", async () => {
    await using project = await startProject();
    const templates = createJwtTemplates(project.options);
    await applyJwtTemplate(templates, wanted(project));
    project.sandbox.requests.reset();
    const again = await applyJwtTemplate(templates, wanted(project));
    expect(again).toMatchObject({ operation: "none", written: false, differences: [] });
    expect(project.sandbox.requests.count({ write: true })).toBe(0);
  });

  test("is shown before it is written, and left when that is declined", async () => {
    await using project = await startProject();
    const templates = createJwtTemplates(project.options);
    const declined = await applyJwtTemplate(templates, wanted(project, { mayWrite: () => Promise.resolve(false) }));
    expect(declined).toMatchObject({ operation: "create", written: false });
    expect(await templates.list()).toEqual([]);
  });

  test("is changed by its differences alone, and keeps claims that were added to it", async () => {
    await using project = await startProject();
    const templates = createJwtTemplates(project.options);
    await applyJwtTemplate(templates, wanted(project));
    const [made] = await templates.list();
    await templates.update({
      ...(made as JwtTemplate),
      template: { ...made?.template, plan: "{{user.customAttributes.plan}}" },
    });
    const changed = await applyJwtTemplate(templates, wanted(project, { audience: "orders-api" }));
    expect(changed.differences).toEqual([
      { setting: "template.aud", from: project.options.projectId, to: "orders-api" },
    ]);
    const [after] = await templates.list();
    expect(after?.template).toEqual({
      aud: "orders-api",
      cognitoSub: "{{user.customAttributes.cognitoSub}}",
      plan: "{{user.customAttributes.plan}}",
    });
  });

  test("never takes the place of a template that somebody else made, unless that one is named by its ID", async () => {
    await using project = await startProject();
    const templates = createJwtTemplates(project.options);
    const own = await templates.create({ name: "cognito-to-descope", description: "mine", template: { team: "a" } });
    await expect(applyJwtTemplate(templates, wanted(project))).rejects.toMatchObject({
      code: "ERR_USAGE",
      suggestion: expect.stringContaining(own.id ?? "no ID") as unknown,
    });
    await expect(applyJwtTemplate(templates, wanted(project, { id: "JT-nothing" }))).rejects.toMatchObject({
      code: "ERR_USAGE",
    });
    const { operation } = await applyJwtTemplate(templates, wanted(project, { id: own.id }));
    expect(operation).toBe("update");
    const [after] = await templates.list();
    expect(after).toMatchObject({
      id: own.id,
      description: "mine",
      template: { team: "a", aud: project.options.projectId },
    });
    // From then on it is known as one that may be changed.
    expect((await applyJwtTemplate(templates, wanted(project))).differences.map(({ setting }) => setting)).toEqual([
      "description",
    ]);
  });

  test("is refused with the setting and the code when the project does not take it, and nothing is written", async () => {
    await using project = await startProject();
    const templates = createJwtTemplates(project.options);
    expect(await templates.validate({ ...awsJwtTemplate({ projectId: "P2" }), template: { iss: "x" } })).toEqual([
      "template.iss RESERVED_CLAIM_KEY",
    ]);
  });
});

describe("an answer that is lost", () => {
  const template = { ...awsJwtTemplate({ projectId: "P2scripted" }), id: "JT1" };

  test("counts as done when the template is there afterwards, and it is never sent twice", async () => {
    let made = false;
    await using project = await startScriptedProject(({ path }) => {
      if (path.endsWith("/library/list")) return json({ entries: [] });
      if (path.endsWith("/list")) return json({ templates: made ? [template] : [] });
      if (path.endsWith("/validate")) return refusal(400, "E011003");
      if (!path.endsWith("/create")) return undefined;
      made = true;
      return { status: 502, body: "<html>" };
    });
    const templates = createJwtTemplates(optionsFor(project.url, { clock: hurriedClock }).options);
    const applied = await applyJwtTemplate(templates, { projectId: "P2scripted", mayWrite: yes });
    expect(applied).toMatchObject({ operation: "create", written: true, id: "JT1" });
    expect(project.log.count({ operation: "POST /v1/mgmt/jwt/templates/create" })).toBe(1);
  });

  test("is a fault when it is not", async () => {
    await using project = await startScriptedProject(({ path }) => {
      if (path.endsWith("/library/list")) return json({ entries: [] });
      if (path.endsWith("/list")) return json({ templates: [] });
      if (path.endsWith("/validate")) return json({ valid: true });
      if (!path.endsWith("/create")) return undefined;
      return { status: 502, body: "<html>" };
    });
    const templates = createJwtTemplates(optionsFor(project.url, { clock: hurriedClock }).options);
    await expect(applyJwtTemplate(templates, { projectId: "P2scripted", mayWrite: yes })).rejects.toMatchObject({
      code: "ERR_TARGET_ANSWER_LOST",
    });
  });
});
