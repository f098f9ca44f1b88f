import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readModes } from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import type { SsoConnectionDetail, SsoOverview } from "@cognito-to-descope/console/contract";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { chromiumPath } from "../../../../packages/sandbox/test/support/chromium-path.ts";
import { type Page, startChromium } from "../../../../packages/sandbox/test/support/chromium.ts";
import { temporaryFolder } from "../e2e/run-c2d.ts";
import { signInAsTest } from "../sso/sign-in-as-test.ts";
import { type ConsoleClient, consoleClient } from "./console-client.ts";
import { collectComplaints, findViolations, keepPicture, overflowOf, SCHEMES, VIEWS } from "./look-at-page.ts";
import { type SsoScene, startSsoScene } from "./sso-scene.ts";
import { type RunningConsole, startConsole } from "./start-console.ts";

const DAY_MS = 86_400_000;
/** Pages hear of changes later where a reading takes long: it takes a fiftieth of the time at most. */
const LATE_MS = 90_000;
/** A run of the project, whose record the changes of connections go on. */
const RUN = "20261126-120000-aaaaaa";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

test("where there is neither a plan nor a bridge the page says what to run", async () => {
  using folder = temporaryFolder();
  await using running = await startConsole(folder.path);
  const { get, post } = await consoleClient(running);
  expect(await get<SsoOverview>("/api/v1/sso")).toMatchObject({
    connections: [],
    bridge: { state: "absent", config: ".c2d/bridge.json", history: ".c2d/bridge-modes.changes.jsonl" },
    assessment: { state: "none", at: null },
    next: { command: "c2d sso assess" },
  });
  const unknown = await post("/api/v1/sso/back", { connection: "us-east-1_Pool/Nobody" });
  expect([unknown.status, await unknown.json()]).toMatchObject([400, { code: "ERR_USAGE" }]);
  await expect(get("/api/v1/sso/connection?connection=x")).rejects.toThrow("not-found");
});

describe("connections", () => {
  let scene: SsoScene;
  let running: RunningConsole;
  let client: ConsoleClient;
  let key: string;
  beforeAll(async () => {
    scene = await startSsoScene();
    await writeProgress(scene);
    running = await startConsole(scene.world.folder, scene.env, "--verifier-statistics", "statistics");
    client = await consoleClient(running);
    key = `${scene.world.pool.userPoolId}/Acme`;
  });
  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    await scene[Symbol.asyncDispose]();
  });

  const detailOf = (connection: string): Promise<SsoConnectionDetail> =>
    client.get<SsoConnectionDetail>(`/api/v1/sso/connection?${new URLSearchParams({ connection }).toString()}`);
  const gatesOf = ({ step }: SsoConnectionDetail): Readonly<Record<string, string>> =>
    Object.fromEntries((step?.gates ?? []).map(({ gate, state }) => [gate, state]));
  const change = async (
    path: string,
    body: object,
  ): Promise<readonly [number, SsoConnectionDetail & { code?: string }]> => {
    const response = await client.post(path, body);
    return [response.status, (await response.json()) as SsoConnectionDetail & { code?: string }];
  };

  test("are listed by class, tenant, settings and stage, and with what pools and providers say once they were read", async () => {
    const before = await client.get<SsoOverview>("/api/v1/sso");
    expect(before.connections.map(({ name, class: kind, bridge }) => [name, kind, bridge?.stage])).toEqual([
      ["Acme", "A", "cognito"],
      ["Initech", "E", "cognito"],
      ["Sealed", "D", "cognito"],
    ]);
    expect(before.connections[0]).toMatchObject({ tenantId: "acme", settings: { state: "applied" }, assessment: null });
    expect((await client.post("/api/v1/sso/assessment", {})).status).toBe(200);
    let overview = await client.get<SsoOverview>("/api/v1/sso");
    while (overview.assessment.state === "reading") overview = await client.get<SsoOverview>("/api/v1/sso");
    expect(overview).toMatchObject({ assessment: { state: "read", problem: null }, classes: { A: 1, D: 1, E: 1 } });
    const [acme, , sealed] = overview.connections;
    expect(acme?.assessment).toMatchObject({ operation: "none", certificateEnds: "2049-12-31T00:00:00.000Z" });
    expect(sealed?.assessment).toMatchObject({
      risk: "high",
      actions: [{ who: "the provider's administrator" }, { who: "you" }],
      findings: [{ rule: "sso-encrypted-responses" }],
    });
    expect(JSON.stringify(overview)).not.toContain("canary-secret");
  });

  test("have gates that are not told before somebody looks, and are not passed over", async () => {
    const sealed = `${scene.world.pool.userPoolId}/Sealed`;
    expect(gatesOf(await detailOf(sealed))).toEqual({ bridgeable: "closed", "settings-verified": "unknown" });
    const from = { stage: "cognito", since: null };
    const [status, answer] = await change("/api/v1/sso/step", { connection: sealed, from, to: "log-only" });
    expect([status, answer]).toMatchObject([409, { code: "conflict", suggestion: expect.stringContaining("class D") }]);
    const [skipped] = await change("/api/v1/sso/step", { connection: key, from, to: "descope", confirm: "Acme" });
    expect(skipped).toBe(400);
    const [stale, staleAnswer] = await change("/api/v1/sso/step", {
      connection: key,
      from: { stage: "log-only", since: "2026-11-26T08:00:00.000Z" },
      to: "descope",
      confirm: "Acme",
    });
    expect([stale, staleAnswer.code]).toEqual([409, "ERR_MODE_CHANGED"]);
    expect((await detailOf(key)).history).toEqual([]);
  });

  test("are changed by the same rules from the command line and from the page, and each sees the other", async () => {
    const initech = `${scene.world.pool.userPoolId}/Initech`;
    expect((await scene.world.c2d(["sso", "mode", "Initech", "descope"])).code).toBe(0);
    const detail = await detailOf(initech);
    expect(detail).toMatchObject({
      connection: { bridge: { stage: "descope" } },
      history: [{ from: "cognito", to: "descope", through: "command", why: "mode" }],
      historyExplains: true,
    });
    // Whether Cognito gets sign-ins of an OIDC connection nobody can tell here.
    expect(gatesOf(detail)).toMatchObject({ "sign-ins-arrive": "closed", "cognito-quiet": "unknown" });
    const [status, back] = await change("/api/v1/sso/back", { connection: initech });
    expect([status, back.connection.bridge?.stage, back.history[0]]).toMatchObject([
      200,
      "cognito",
      { through: "console", why: "back" },
    ]);
    await using store = await openStateStore(join(scene.world.folder, ".c2d", "state.db"));
    const { events } = await store.readRecord(RUN);
    const changes = events.filter(({ type }) => type === "sso-changed").map(({ data }) => data);
    expect(changes).toMatchObject([
      { action: "cut-over", connection: initech, stage: "descope" },
      { action: "cut-over", connection: initech, stage: "cognito", operator: back.history[0]?.by },
    ]);
    const modes = join(scene.world.folder, ".c2d", "bridge-modes.json");
    const written = readModes(JSON.parse(readFileSync(modes, "utf8")));
    const edited = { ...written, connections: { [initech]: { stage: "log-only", since: 5 } } };
    writeFileSync(modes, JSON.stringify(edited));
    expect((await detailOf(initech)).historyExplains).toBe(false);
    await change("/api/v1/sso/back", { connection: initech });
    expect((await detailOf(initech)).historyExplains).toBe(true);
  });

  describe.skipIf(chromiumPath() === undefined)("in a real browser", () => {
    test("are cut over and back on a bridge that runs, and the bridge obeys", async () => {
      const { bridge, world, acme, beginAtAcme } = scene;
      running.askForLink();
      await using chromium = await startChromium();
      await using window = await chromium.open();
      const { page } = window;
      const complaints = collectComplaints(page);
      await page.goto(running.links().at(-1) ?? "");
      const pages = page.getByRole("navigation", { name: "Pages" });
      await pages.getByRole("link", { name: "SSO" }).click();
      await page.getByRole("link", { name: "Acme" }).click();
      await page.getByRole("heading", { name: "The cut-over" }).waitFor();

      // One stage forward: nothing changes for users, and the bridge says what it would do.
      await page.getByRole("button", { name: "Test now" }).click();
      await seeGate(page, "Settings verified", "open");
      await page.getByRole("button", { name: "Go on to Log only" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Go on to Log only" }).click();
      await seeStage(page, "Log only");
      await bridge.hears("log-only 1");
      expect((await beginAtAcme()).headers.location).toContain("https://app.example.com/callback?code=");
      await seeGate(page, "Decisions agree", "open");

      // The next one needs a test sign-in, and the name of the connection.
      await signInAsTest(world, acme);
      await page.getByRole("button", { name: "Test now" }).click();
      await seeGate(page, "Test sign-in", "open");
      await page.getByRole("button", { name: "Go on to Descope" }).click();
      const dialog = page.getByRole("dialog");
      const confirm = dialog.getByRole("button", { name: "Go on to Descope" });
      expect(await confirm.isDisabled()).toBe(true);
      await dialog.getByRole("textbox").fill("Acme");
      await confirm.click();
      await seeStage(page, "Descope");
      await bridge.hears("descope 1");
      expect((await beginAtAcme()).headers.location).toContain("https://app.example.com/descope?code=");
      await seeGate(page, "Sign-ins arrive", "open");

      // And back, at once.
      await page.getByRole("button", { name: "Back to Cognito" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Back to Cognito" }).click();
      await seeStage(page, "Cognito");
      await bridge.hears("descope 0");
      expect((await beginAtAcme()).headers.location).toContain("https://app.example.com/callback?code=");
      const { history } = await detailOf(key);
      expect(history.map(({ to, why, through }) => [to, why, through])).toEqual([
        ["cognito", "back", "console"],
        ["descope", "step", "console"],
        ["log-only", "step", "console"],
      ]);
      await page.getByRole("table", { name: "Changes of the stage, newest first" }).waitFor();
      await page.getByRole("heading", { name: "History" }).waitFor();
      expect(await findViolations(page)).toEqual([]);
      await keepPictures(page, "sso-connection-filled");
      await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "SSO" }).click();
      await page.getByRole("link", { name: "Acme" }).waitFor();
      await keepPictures(page, "sso-filled");
      expect(complaints).toEqual([]);
    });

    test("passwords and sessions are shown with their curves, without a barrier in either theme", async () => {
      running.askForLink();
      await using chromium = await startChromium();
      await using window = await chromium.open();
      const { page } = window;
      const complaints = collectComplaints(page);
      await page.goto(running.links().at(-1) ?? "");
      // The link is exchanged for a session before the page goes elsewhere.
      await page.getByRole("navigation").waitFor();
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        await page.goto(`${running.origin}/console/jit?activeUsers=2000&require=0.5`);
        await page.getByText("50 % captured").waitFor();
        await page.getByText("Cognito locks users out.", { exact: true }).waitFor();
        await page.locator("canvas").first().waitFor();
        expect(await findViolations(page)).toEqual([]);
        await page.goto(`${running.origin}/console/sessions`);
        await page.getByText("No token of Cognito for 2 of 30 days.").waitFor();
        await page.locator("canvas").first().waitFor();
        expect(await findViolations(page)).toEqual([]);
      }
      await keepPictures(page, "sessions-filled");
      await page.goto(`${running.origin}/console/jit`);
      await page.locator("canvas").first().waitFor();
      await keepPictures(page, "jit-filled");
      await page.getByLabel("Users who sign in at all").fill("1560");
      await page.getByRole("button", { name: "Show" }).click();
      await page.getByText("of 1,560 active users").waitFor();
      await page.getByRole("button", { name: "Count who is left" }).click();
      await page.getByText("No run has read the pools").waitFor();
      expect(complaints).toEqual([]);
    });
  });
});

/** Pictures of a page with something in it, on a phone and at a desk. */
async function keepPictures(page: Page, name: string): Promise<void> {
  for (const view of VIEWS.toReversed()) {
    await page.setViewportSize(view);
    expect(await overflowOf(page), `${name} ${view.name}`).toBeLessThanOrEqual(0);
    await keepPicture(page, `${name}-${view.name}`);
  }
  await page.setViewportSize(VIEWS[1] ?? { width: 1280, height: 800 });
}

/** Captured passwords of eight days, and the statistics of a back end. */
async function writeProgress({ world, env }: SsoScene): Promise<void> {
  const { folder } = world;
  const now = Date.now();
  const today = Math.floor(now / DAY_MS);
  await using store = await openStateStore(join(folder, ".c2d", "state.db"));
  await store.createRun({
    id: RUN,
    kind: "migrate",
    state: "applied",
    startedAt: 0,
    updatedAt: 0,
    configHash: "",
    projectId: env["DESCOPE_PROJECT_ID"] ?? "",
    userPoolIds: [env["COGNITO_USER_POOL_ID"] ?? ""],
  });
  const users = [200, 180, 160, 140, 120, 100, 80, 60].flatMap((count, index) =>
    Array.from({ length: count }, (_, number) => ({
      userPoolId: number % 4 === 0 ? "us-east-1_Other" : "us-east-1_Pool",
      sub: `sub ${index} ${number}`,
      at: (today - 8 + index) * DAY_MS + number,
    })),
  );
  const kind = { userPoolId: "us-east-1_Pool", day: today };
  await store.recordCaptures(env["DESCOPE_PROJECT_ID"] ?? "", users, [
    { ...kind, verdict: "ok", reason: "password-right", count: 1040 },
    { ...kind, verdict: "throttled", reason: "locked-out", count: 2 },
  ]);
  mkdirSync(join(folder, "statistics"));
  const lines = [3, 2, 0].map((days, index) =>
    JSON.stringify({
      verifier: "orders",
      instance: "one",
      at: now - days * DAY_MS,
      accepted: { cognito: 50 + index, descope: 40 * index },
      refused: { cognito: { expired: index }, descope: {}, unknown: {} },
      lastAccepted: { cognito: now - 2 * DAY_MS - 60_000 },
      lastAcceptedBySource: {},
    }),
  );
  writeFileSync(join(folder, "statistics", "orders.jsonl"), `${lines.join("\n")}\n`);
}

/** Waits until a gate is in a state. */
async function seeGate(page: Page, name: string, state: string): Promise<void> {
  await page.locator(`.gate.${state}`).filter({ hasText: name }).waitFor({ timeout: LATE_MS });
}

/** Waits until the connection is in a stage. */
async function seeStage(page: Page, name: string): Promise<void> {
  await page.locator('[aria-current="step"]').filter({ hasText: name }).waitFor({ timeout: LATE_MS });
}
