import { inspect } from "node:util";
import { Secret, type InboundSettings } from "@cognito-to-descope/core";
import { expect, test } from "vitest";
import { createInboundApps } from "../src/inbound-apps.ts";
import { startProject } from "./start-project.ts";

const settings: InboundSettings = {
  name: "portal",
  description: "",
  loginPageUrl: "",
  approvedCallbackUrls: ["https://a.example/", "https://b.example/"],
  permissionsScopes: [{ name: "orders.read", description: "Read orders", values: [] }],
  attributesScopes: [{ name: "email", description: "Email address", values: ["email"] }],
  nonConfidentialClient: false,
};

test.each(["bare", "wrapped"] as const)(
  "are made with credentials of elsewhere, changed in part and deleted (%s answers)",
  async (inboundAnswer) => {
    await using project = await startProject({ inboundAnswer });
    const apps = createInboundApps(project.options);
    const made = await apps.create(settings, { clientId: "1client", clientSecret: new Secret("s3cret") });
    expect(made).toMatchObject({ clientId: "1client", settings });
    expect(inspect(made, { depth: 9 })).not.toContain("s3cret");
    expect((await apps.readSecret(made.id)).reveal()).toBe("s3cret");
    const changed = await apps.change(made.id, { approvedCallbackUrls: ["https://c.example/"] });
    expect(changed.settings).toEqual({ ...settings, approvedCallbackUrls: ["https://c.example/"] });
    await apps.delete(made.id);
    await apps.delete(made.id);
    expect(await apps.load(made.id)).toBeUndefined();
    const { issuer, token } = await apps.readEndpoints();
    expect(issuer).toBe(`${project.sandbox.descope}/v1/apps/${apps.projectId}`);
    expect(token).toBe(`${project.sandbox.descope}/oauth2/v1/apps/token`);
  },
);

test.each(["all", "from-zero", "from-one"] as const)(
  "are all listed, wherever pages begin (%s)",
  async (inboundAppPages) => {
    await using project = await startProject({ inboundAppPages });
    const apps = createInboundApps(project.options);
    for (const clientId of ["1", "2", "3", "4", "5"])
      await apps.create({ ...settings, name: `portal ${clientId}` }, { clientId });
    expect((await apps.list()).map(({ clientId }) => clientId)).toEqual(["1", "2", "3", "4", "5"]);
  },
);

test("that the project does not offer are told apart from a fault", async () => {
  await using project = await startProject({ inboundAppApi: "refused" });
  const refused = { code: "ERR_TARGET_FEATURE_MISSING", status: 403 };
  await expect(createInboundApps(project.options).list()).rejects.toMatchObject(refused);
});
