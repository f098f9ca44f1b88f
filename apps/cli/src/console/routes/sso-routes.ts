import { OpenAPIHono } from "@hono/zod-openapi";
import {
  assessSso,
  checkSsoConnection,
  readSso,
  readSsoConnection,
  takeSsoBack,
  takeSsoStep,
} from "@cognito-to-descope/console/contract";
import { systemDigest } from "../../system.ts";
import type { ConsoleEnv } from "../console-env.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import type { ConsoleServices } from "../services.ts";
import { assessConnections } from "../sso/assess-connections.ts";
import { createAssessmentKeeper } from "../sso/assessment-keeper.ts";
import { createCheckKeeper } from "../sso/check-keeper.ts";
import { createSsoActions } from "../sso/sso-actions.ts";
import { createSsoReader } from "../sso/sso-reader.ts";
import type { ConsoleSubject } from "../subject.ts";

/** Pools, providers and the project have so long to be read. */
const ASSESSMENT_TIMEOUT_MS = 300_000;

/** The connections, and their cut-over. */
export function ssoSubject(services: ConsoleServices): ConsoleSubject {
  const { config, store, clock } = services;
  const assessment = createAssessmentKeeper(async () => {
    const hasState = (await store.read(async () => true)) === true;
    return await assessConnections({ signal: AbortSignal.timeout(ASSESSMENT_TIMEOUT_MS) }, config, hasState);
  }, clock);
  const reader = createSsoReader(services, assessment);
  const actions = createSsoActions(services, reader, createCheckKeeper());
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  routes.openapi(readSso, async (c) => c.json(await reader.overview(), 200));
  routes.openapi(readSsoConnection, async (c) => {
    const { connection = "" } = c.req.valid("query");
    return c.json(await actions.detail(connection), 200);
  });
  routes.openapi(assessSso, async (c) => {
    assessment.begin();
    return c.json(await reader.overview(), 200);
  });
  routes.openapi(checkSsoConnection, async (c) => c.json(await actions.check(c.req.valid("json").connection), 200));
  routes.openapi(takeSsoStep, async (c) => c.json(await actions.step(c.req.valid("json"), c.get("operator")), 200));
  routes.openapi(takeSsoBack, async (c) =>
    c.json(await actions.back(c.req.valid("json").connection, c.get("operator")), 200),
  );
  const readRevision = async (): Promise<{ readonly revision: string }> => {
    const { at: _at, ...overview } = await reader.overview();
    return { revision: systemDigest.sha256(JSON.stringify(overview)) };
  };
  return { routes, live: [{ event: "sso", kind: "replaces", read: readRevision }] };
}
