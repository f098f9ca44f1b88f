import { startWireServer } from "@cognito-to-descope/sandbox";
import type { WireReply, WireRequest, WireServer, WireService } from "@cognito-to-descope/sandbox";
import type { TargetEvent } from "../src/events.ts";
import type { ProjectTargetOptions } from "../src/options.ts";
import { realClock } from "./real-clock.ts";

/** Answers a request of a test; undefined stands for an empty JSON object. */
export type Script = (
  request: WireRequest,
  body: Record<string, unknown>,
) => WireReply | undefined | Promise<WireReply | undefined>;

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): WireReply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

/** A refusal in the API's form. */
export function refusal(status: number, errorCode: string, errorMessage = "words"): WireReply {
  return json({ errorCode, errorDescription: "a description", errorMessage, message: errorMessage }, status);
}

/** Serves answers that a test writes down, for what no sandbox project does. */
export async function startScriptedProject(script: Script): Promise<WireServer> {
  const service: WireService = {
    name: "descope",
    operationOf: ({ method, path }) => `${method} ${path}`,
    quotaOf: () => undefined,
    throttled: () => refusal(429, "E130429"),
    unavailable: (status) => refusal(status, "E000000"),
    async answer(request) {
      const body =
        request.body.length === 0 ? {} : (JSON.parse(request.body.toString("utf8")) as Record<string, unknown>);
      const reply = await script(request, body);
      return reply ?? json({});
    },
  };
  return startWireServer(service);
}

/** Options for a project of a test, with short waits, and the events that it will have caused. */
export function optionsFor(
  url: string,
  change: Partial<ProjectTargetOptions> = {},
): { readonly options: ProjectTargetOptions; readonly events: TargetEvent[] } {
  const events: TargetEvent[] = [];
  const fast = { requests: 1000, windowMs: 1000, penaltyMs: 80 };
  const options: ProjectTargetOptions = {
    projectId: "P2scripted",
    managementKey: "Kscripted",
    baseUrl: url,
    clock: realClock,
    random: Math.random,
    limits: { "user-create": fast, "user-update": fast, "user-other": fast, general: fast },
    retry: { attempts: 3, firstDelayMs: 5, maxDelayMs: 20 },
    onEvent: (event) => events.push(event),
    ...change,
  };
  return { options, events };
}
