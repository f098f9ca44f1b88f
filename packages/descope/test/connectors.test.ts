import type { Connector } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import { createConnectors } from "../src/connectors.ts";
import { json, optionsFor, refusal, startScriptedProject } from "./scripted-project.ts";
import { startProject } from "./start-project.ts";

const gateway: Connector = {
  name: "Gateway",
  type: "http",
  description: "asks",
  configuration: {
    baseUrl: "https://gateway.example",
    authentication: { method: "bearerToken", bearerToken: "canary-token" },
    hmacSecret: "canary-hmac",
  },
};

describe("connectors", () => {
  test("are made, listed, read, replaced and deleted, and no secret comes back", async () => {
    await using project = await startProject();
    const connectors = createConnectors(project.options);
    expect(await connectors.list()).toEqual([]);
    const { id = "" } = await connectors.create(gateway);
    expect(id).toMatch(/^CI/);
    expect(await connectors.list()).toMatchObject([{ id, name: "Gateway", type: "http", description: "asks" }]);
    await connectors.update({ ...gateway, id, description: "asks more" });
    const read = await connectors.read(id);
    expect(read).toMatchObject({ id, description: "asks more", configuration: { baseUrl: "https://gateway.example" } });
    expect(JSON.stringify([read, await connectors.list()])).not.toContain("canary");
    await connectors.delete(id);
    await connectors.delete(id);
    expect(await connectors.read(id)).toBeUndefined();
  });

  test("are made once when the answer is lost, and replaced as often as it takes", async () => {
    await using project = await startProject();
    const connectors = createConnectors(project.options);
    project.sandbox.faults.add([
      { operation: "POST /v1/mgmt/connector", nth: 1, fault: { kind: "answer-lost" } },
      { operation: "POST /v1/mgmt/connector/update", nth: 1, fault: { kind: "answer-lost" } },
    ]);
    await expect(connectors.create(gateway)).rejects.toMatchObject({ code: "ERR_TARGET_ANSWER_LOST" });
    const [made] = (await connectors.list()) ?? [];
    await connectors.update({ ...gateway, id: made?.id, description: "again" });
    expect(await connectors.list()).toMatchObject([{ description: "again" }]);
    project.sandbox.faults.assertAllHappened();
  });

  test.each([
    ["refused", 403],
    ["absent", 404],
  ] as const)("that are %s over the API say so, and can still be listed", async (connectorApi, status) => {
    await using project = await startProject({ connectorApi });
    const connectors = createConnectors(project.options);
    for (const write of [connectors.create(gateway), connectors.update({ ...gateway, id: "CI1" })]) {
      await expect(write).rejects.toMatchObject({ code: "ERR_TARGET_FEATURE_MISSING", status });
    }
    expect(await connectors.read("CI1")).toBeUndefined();
    expect(await connectors.list()).toEqual([]);
  });

  test("are replaced by the other of the two routes where the first is not there", async () => {
    const asked: string[] = [];
    await using server = await startScriptedProject(({ method, path }, body) => {
      if (path.endsWith("/license")) return json({ rateLimitTier: "tier1" });
      asked.push(`${method} ${path}`);
      return method === "PUT" ? json(body) : refusal(404, "E011001");
    });
    await createConnectors(optionsFor(server.url).options).update({ ...gateway, id: "CI1" });
    expect(asked).toEqual(["POST /v1/mgmt/connector/update", "PUT /v1/mgmt/connector"]);
  });

  test("cannot be listed where the licence has no snapshots", async () => {
    await using project = await startProject({ snapshotApi: "refused" });
    expect(await createConnectors(project.options).list()).toBeUndefined();
  });

  test("of a refused key are an error of the key, and those of a front door's 404 a missing feature", async () => {
    await using project = await startProject();
    const connectors = createConnectors({ ...project.options, managementKey: "K2wrong" });
    await expect(connectors.create(gateway)).rejects.toMatchObject({ code: "ERR_TARGET_UNAUTHORIZED" });
    await expect(connectors.list()).rejects.toMatchObject({ code: "ERR_TARGET_UNAUTHORIZED" });
    await using door = await startScriptedProject(({ path }) =>
      path.endsWith("/license")
        ? json({ rateLimitTier: "tier1" })
        : { status: 404, headers: { "content-type": "text/html" }, body: "<html>not here</html>" },
    );
    await expect(createConnectors(optionsFor(door.url).options).create(gateway)).rejects.toMatchObject({
      code: "ERR_TARGET_FEATURE_MISSING",
    });
  });

  test("of a snapshot that holds files as text, other files and rubbish are found all the same", async () => {
    const files = {
      "snapshot.json": { version: 5 },
      "connectors/connectors.json": { connectors: ["a", "b"] },
      "connectors/a.json": JSON.stringify({ id: "CI1", name: "A", type: "http", configuration: { baseUrl: "x" } }),
      "connectors/b.json": "{ cut",
      "connectors/c.json": 7,
      "flows/connectors/d.json": { name: "D", type: "http" },
    };
    await using server = await startScriptedProject(({ path }) =>
      path.endsWith("/snapshot/export") ? json({ files }) : json({ rateLimitTier: "tier1" }),
    );
    expect(await createConnectors(optionsFor(server.url).options).list()).toEqual([
      { id: "CI1", name: "A", type: "http", configuration: { baseUrl: "x" } },
    ]);
  });
});
