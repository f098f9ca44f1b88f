import { inspect } from "node:util";
import { Secret } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import { createFederatedApps } from "../src/federated-apps.ts";
import { createOAuthProviders } from "../src/oauth-providers.ts";
import { hurriedClock } from "./real-clock.ts";
import { json, optionsFor, refusal, startScriptedProject } from "./scripted-project.ts";
import { startProject } from "./start-project.ts";

const provider = {
  id: "cognito",
  clientId: "4abc",
  authUrl: "https://people.example/oauth2/authorize",
  tokenUrl: "https://people.example/oauth2/token",
  userDataClaimsMapping: { loginId: "email", email: "email" },
};

describe("OAuth providers", () => {
  test("are written with their secret, read without it, changed in part and deleted", async () => {
    await using project = await startProject();
    const providers = createOAuthProviders(project.options);
    expect(await providers.read("cognito")).toBeUndefined();
    await providers.write(provider, new Secret("s3cret"));
    const read = await providers.read("cognito");
    expect(read).toMatchObject(provider);
    expect(JSON.stringify(read)).not.toContain("s3cret");
    await providers.write({ id: "cognito", scopes: ["openid"] }, undefined);
    expect(await providers.read("cognito")).toMatchObject({ ...provider, scopes: ["openid"] });
    const url = new URL(await providers.start("cognito", "https://app.example/"));
    expect(url.origin + url.pathname).toBe(provider.authUrl);
    await providers.delete("cognito");
    await providers.delete("cognito");
    expect(await providers.read("cognito")).toBeUndefined();
  });

  test.each([
    ["refused", 403],
    ["absent", 404],
  ] as const)("that the project does not offer (%s) are told apart from a fault", async (oauthProviderApi, status) => {
    await using project = await startProject({ oauthProviderApi });
    const providers = createOAuthProviders(project.options);
    await expect(providers.write(provider, new Secret("s3cret"))).rejects.toMatchObject({
      code: "ERR_TARGET_FEATURE_MISSING",
      status,
    });
    const read = await providers.read("cognito").catch((error: unknown) => (error as { code: unknown }).code);
    expect(read).toBe(oauthProviderApi === "absent" ? undefined : "ERR_TARGET_FEATURE_MISSING");
  });

  test("are sent again when the answer is lost, because writing twice is writing once", async () => {
    let tries = 0;
    await using project = await startScriptedProject(({ path }) => {
      if (!path.startsWith("/v1/mgmt/oauth/provider")) return undefined;
      tries += 1;
      return tries === 1 ? { status: 502, body: "<html>" } : json(provider);
    });
    await createOAuthProviders(optionsFor(project.url, { clock: hurriedClock }).options).write(provider, undefined);
    expect(tries).toBe(2);
  });

  test("keep secrets and addresses out of a refusal", async () => {
    await using project = await startScriptedProject(({ path }) =>
      path.startsWith("/v1/mgmt/oauth/provider") ? refusal(400, "E011002") : undefined,
    );
    const providers = createOAuthProviders(optionsFor(project.url).options);
    const error: unknown = await providers.write(provider, new Secret("s3cret")).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ERR_TARGET_REFUSED", vendorCode: "E011002" });
    expect(inspect(error, { depth: 10 })).not.toMatch(/s3cret|people\.example/);
  });
});

describe("federated applications", () => {
  const app = { name: "Amazon Cognito", description: "Kept by c2d.", loginPageUrl: "https://auth.example/P2?flow=x" };

  test("are created and read back with the issuer that the project gives, changed and deleted", async () => {
    await using project = await startProject();
    const apps = createFederatedApps(project.options);
    const made = await apps.create(app);
    const { descope, projectId } = project.sandbox;
    expect(made).toMatchObject({ ...app, enabled: true, issuer: `${descope}/${projectId}/${made.id}` });
    const secret = await apps.readSecret(made.id);
    expect(secret.reveal()).not.toBe("");
    expect(JSON.stringify(secret)).toBe('"[redacted]"');
    const changed = await apps.update(made, { ...app, loginPageUrl: "https://auth.example/P2?flow=y" });
    expect(changed).toMatchObject({ id: made.id, loginPageUrl: "https://auth.example/P2?flow=y", issuer: made.issuer });
    expect((await apps.list()).map(({ id }) => id)).toEqual([made.id]);
    await apps.delete(made.id);
    await apps.delete(made.id);
    expect(await apps.list()).toEqual([]);
  });

  test("are refused by a licence that has the default one only, which is there with any access key", async () => {
    await using project = await startProject({ federatedAppApi: "refused" });
    const apps = createFederatedApps(project.options);
    await expect(apps.create(app)).rejects.toMatchObject({ code: "ERR_TARGET_FEATURE_MISSING" });
    const { descope, projectId } = project.sandbox;
    expect(await apps.readDefault()).toMatchObject({ clientId: projectId, issuer: `${descope}/${projectId}` });
    expect((await apps.createAccessKey()).reveal()).toMatch(/^K2/);
  });

  test("are never created twice: an answer that is lost shows in the list", async () => {
    let creates = 0;
    const wire = {
      id: "SA1",
      name: app.name,
      description: app.description,
      oidcSettings: { issuer: "https://api.descope.com/P2/SA1", loginPageUrl: app.loginPageUrl },
    };
    await using project = await startScriptedProject(({ path }) => {
      if (path.endsWith("/oidc/create")) {
        creates += 1;
        return { status: 502, body: "<html>" };
      }
      return path.endsWith("/apps/load") ? json({ apps: [wire] }) : undefined;
    });
    const apps = createFederatedApps(optionsFor(project.url, { clock: hurriedClock }).options);
    expect(await apps.create(app)).toMatchObject({
      id: "SA1",
      discoveryUrl: "https://api.descope.com/P2/SA1/.well-known/openid-configuration",
    });
    expect(creates).toBe(1);
  });

  test.each([
    ["no ID", json({})],
    ["no issuer", json({ id: "SA1" })],
  ])("are a fault when the answer has %s", async (_what, answer) => {
    await using project = await startScriptedProject(({ path }) => (path.includes("/idp/app/") ? answer : undefined));
    const apps = createFederatedApps(optionsFor(project.url).options);
    await expect(apps.create(app)).rejects.toMatchObject({ code: "ERR_TARGET_UNEXPECTED" });
  });
});
