import { OpenAPIHono } from "@hono/zod-openapi";
import type { Run, StateStore } from "@cognito-to-descope/core";
import {
  interruptCommand,
  listCommands,
  readCommand,
  readCommandOutput,
  startCommand,
  type StartedCommands,
  type StartRequest,
} from "@cognito-to-descope/console/contract";
import { readAtWork } from "../../control/controlled-run.ts";
import type { ConsoleEnv } from "../console-env.ts";
import { ConsoleRefusal } from "../problem.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import type { ConsoleServices } from "../services.ts";
import type { CommandStarter } from "../started/command-starter.ts";
import type { ConsoleSubject } from "../subject.ts";

/** Starts commands, and tells how they stand and what they print. */
export function commandSubject(services: ConsoleServices): ConsoleSubject {
  const { starter, readOnly } = services;
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  const list = (): StartedCommands => ({
    available: starter !== undefined && !readOnly,
    confirmSync: syncConfirmation(services) ?? null,
    commands: starter?.list() ?? [],
  });
  const needed = (): CommandStarter => {
    if (starter !== undefined) return starter;
    throw new ConsoleRefusal("conflict", { suggestion: "this console starts no commands: run them in a terminal" });
  };
  const found = <T>(value: T | undefined): T => {
    if (value === undefined) throw new ConsoleRefusal("not-found");
    return value;
  };

  routes.openapi(listCommands, (c) => c.json(list(), 200));
  routes.openapi(startCommand, async (c) => {
    const request = c.req.valid("json");
    await refuseUnfit(services, request);
    return c.json(await needed().start(request, c.get("operator")), 200);
  });
  routes.openapi(readCommand, (c) => c.json(found(needed().find(c.req.valid("param").id)), 200));
  routes.openapi(readCommandOutput, async (c) =>
    c.json(found(await needed().readOutput(c.req.valid("param").id, c.req.valid("query").from ?? 0)), 200),
  );
  routes.openapi(interruptCommand, (c) => c.json(found(needed().interrupt(c.req.valid("param").id)), 200));
  return { routes, live: [{ event: "commands", kind: "replaces", read: async () => list() }] };
}

/** Refuses what would not do what whoever asks for it has seen. */
async function refuseUnfit(services: ConsoleServices, request: StartRequest): Promise<void> {
  const { store, clock, starter } = services;
  const running = starter?.list().find(({ state }) => state === "running");
  if (running !== undefined) throw busy(`${running.line} is still running`);
  const runs = await store.read(async (opened) => {
    const all = await opened.listRuns();
    await refuseBesideOthers(opened, all[0], clock);
    return all;
  });
  refuseOtherRun(request, runs ?? []);
  if (request.command === "rollback" && request.dryRun !== true && request.confirm !== request.run) {
    throw unconfirmed("the ID of the run");
  }
  if (request.command !== "sync" || request.dryRun === true) return;
  const asked = syncConfirmation(services);
  if (asked !== undefined && request.confirm !== asked) throw unconfirmed("the ID of the project");
}

/** A sync that deletes users is confirmed with the ID of the project that they are deleted from. */
function syncConfirmation({ config }: ConsoleServices): string | undefined {
  return config.sync.gone === "delete" ? config.project?.projectId : undefined;
}

async function refuseBesideOthers(
  store: StateStore,
  newest: Run | undefined,
  clock: ConsoleServices["clock"],
): Promise<void> {
  if (newest === undefined) return;
  const [other] = await readAtWork(store, newest.id, clock);
  if (other !== undefined) throw busy(`process ${other.pid} on ${other.host} works on run ${newest.id}`);
}

function refuseOtherRun(request: StartRequest, runs: readonly Run[]): void {
  if (!("run" in request)) return;
  const isKnown = runs.some(({ id }) => id === request.run);
  if (!isKnown) throw new ConsoleRefusal("not-found", { suggestion: "see the list of runs" });
  if (request.command === "rollback" || runs[0]?.id === request.run) return;
  throw new ConsoleRefusal("conflict", {
    suggestion: `a newer run was begun, and ${request.command} works on the newest: load the page again`,
  });
}

function busy(what: string): ConsoleRefusal {
  return new ConsoleRefusal("conflict", { suggestion: `${what}: wait until it has ended, or interrupt it` });
}

function unconfirmed(what: string): ConsoleRefusal {
  return new ConsoleRefusal("conflict", { suggestion: `type ${what} to confirm` });
}
