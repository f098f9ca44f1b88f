import { OpenAPIHono } from "@hono/zod-openapi";
import {
  beginMappingEffect,
  cancelMappingEffect,
  checkMapping,
  type MappingProblem,
  previewMapping,
  readMapping,
  readMappingEffect,
  saveMapping,
  tryMapping,
} from "@cognito-to-descope/console/contract";
import { mappingOf } from "../../config/with-mapping.ts";
import { ConfigInvalid } from "../../errors.ts";
import { findReadRun } from "../../mapping-effect/reckon-effect.ts";
import { noteUserReveal } from "../../record/note-reveal.ts";
import type { ConsoleEnv } from "../console-env.ts";
import { noStore } from "../find-planned-run.ts";
import { describeMapping, isStale, readRunOf, withoutCode } from "../mapping/describe-mapping.ts";
import { createEffectDesk } from "../mapping/effect-desk.ts";
import { previewMapping as preview, writeMapping } from "../mapping/save-mapping.ts";
import { tryOnUsers } from "../mapping/try-on-users.ts";
import type { MappingServices } from "../mapping-services.ts";
import { createPlanIndexer } from "../plan-indexer.ts";
import { ConsoleRefusal } from "../problem.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";

/** How long a search waits for the index of a small plan. */
const WAIT_MS = 1000;

/** The mapping rules: shown, tried, reckoned and saved. */
export function mappingSubject(services: ConsoleServices): ConsoleSubject {
  const { store, clock, mapping } = services;
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  const desk = createEffectDesk({
    startEffect: (rules, onProgress) => configured(mapping).startEffect(rules, onProgress),
  });
  const indexer = createPlanIndexer(store, clock);

  routes.openapi(readMapping, async (c) => c.json(await describeMapping(services, configured(mapping)), 200));

  routes.openapi(checkMapping, async (c) => {
    const { mapping: rules } = c.req.valid("json");
    return c.json({ problems: await problemsOf(configured(mapping), rules) }, 200);
  });

  routes.openapi(tryMapping, async (c) => {
    const { mapping: rules, search = "", reveal = false } = c.req.valid("json");
    const editor = configured(mapping);
    const [before, after] = [
      await editor.load(withoutCode(mappingOf(await editor.readWritten()))),
      await editor.load(rules),
    ];
    const run = await store.read(findReadRun);
    if (run === undefined) throw noStore();
    if (search.trim() !== "") await indexer.waitFor(run.id, WAIT_MS);
    const trial = await store.read((opened) =>
      tryOnUsers(opened, { run, before, after, search: search.trim(), reveal }),
    );
    if (trial === undefined) throw noStore();
    if (reveal) {
      // Written before anything is shown: nobody sees what is not written down.
      for (const { seq } of trial.users) {
        await store.read((opened) => noteUserReveal(opened, run.id, clock, { operator: c.get("operator"), seq }));
      }
    }
    return c.json(trial, 200);
  });

  routes.openapi(beginMappingEffect, async (c) => {
    const { mapping: rules } = c.req.valid("json");
    // What is wrong is said right away, and not by a process that ends.
    await configured(mapping).load(rules);
    return c.json(desk.begin(rules), 200);
  });
  routes.openapi(readMappingEffect, (c) => c.json(desk.state(), 200));
  routes.openapi(cancelMappingEffect, (c) => c.json(desk.cancel(), 200));

  routes.openapi(previewMapping, async (c) => c.json(await preview(configured(mapping), c.req.valid("json")), 200));

  routes.openapi(saveMapping, async (c) => {
    const wanted = c.req.valid("json");
    const editor = configured(mapping);
    const saved = await writeMapping(editor, wanted, clock.now());
    const config = await editor.load(wanted.mapping);
    const run = await store.read(readRunOf);
    return c.json({ ...saved, planIsStale: run !== undefined && isStale(run, config) }, 200);
  });
  return { routes, dispose: () => void desk.cancel() };
}

function configured(mapping: MappingServices | undefined): MappingServices {
  if (mapping !== undefined) return mapping;
  throw new ConsoleRefusal("conflict", {
    suggestion: "rules are edited where the config file is: with c2d console",
  });
}

async function problemsOf(editor: MappingServices, rules: unknown): Promise<readonly MappingProblem[]> {
  try {
    await editor.load(rules);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return error.problems.map(({ path, message }) => ({ path: path.replace(/^mapping\.?/, ""), message }));
  }
}
