import { OpenAPIHono } from "@hono/zod-openapi";
import type { StateStore } from "@cognito-to-descope/core";
import { type ControlDocument, pauseRun, resumeRun, throttleRun } from "@cognito-to-descope/console/contract";
import { type ChangeResult, type ControlledRun, findControlledRun } from "../../control/controlled-run.ts";
import * as operate from "../../control/operate-run.ts";
import type { ConsoleEnv } from "../console-env.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import { withRun } from "../run/find-run.ts";
import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";

/** Pauses, resumes and slows down runs: the same as the commands do. */
export function controlSubject({ store, config, clock }: ConsoleServices): ConsoleSubject {
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });

  /** Does something to the run that a request names. */
  const control = (
    name: string,
    operator: string,
    signal: AbortSignal,
    change: (controlled: ControlledRun) => Promise<ChangeResult>,
  ): Promise<ControlDocument> =>
    withRun(store, name, async (opened: StateStore, { run }) => {
      const controlled = await findControlledRun(opened, { runId: run.id, operator, clock, signal });
      return toDocument(run.id, await change(controlled));
    });

  routes.openapi(pauseRun, async (c) =>
    c.json(
      await control(c.req.valid("param").run, c.get("operator"), c.req.raw.signal, (controlled) =>
        operate.pauseRun(controlled),
      ),
      200,
    ),
  );
  routes.openapi(resumeRun, async (c) =>
    c.json(
      await control(c.req.valid("param").run, c.get("operator"), c.req.raw.signal, (controlled) =>
        operate.resumeRun(controlled),
      ),
      200,
    ),
  );
  routes.openapi(throttleRun, async (c) => {
    const { bucket, rate } = c.req.valid("json");
    return c.json(
      await control(c.req.valid("param").run, c.get("operator"), c.req.raw.signal, (controlled) =>
        operate.throttleRun(controlled, config, bucket, rate),
      ),
      200,
    );
  });
  return { routes };
}

function toDocument(run: string, { control, workers, obeyed }: ChangeResult): ControlDocument {
  const { pause, rates } = control;
  return {
    run,
    paused: pause === undefined ? null : { since: new Date(pause.since).toISOString(), by: pause.by },
    rates,
    workers,
    obeyed,
  };
}
