import { OpenAPIHono } from "@hono/zod-openapi";
import {
  explainUser,
  type FindingRule,
  type PlanSearch,
  type StateStore,
  type UserExplanation,
} from "@cognito-to-descope/core";
import { listUsers, readUser, revealUser, type UserDetail, type UserList } from "@cognito-to-descope/console/contract";
import { describeUser } from "../../user/describe-user.ts";
import { explainOptions } from "../../user/explain-options.ts";
import { listUser } from "../../user/list-user.ts";
import { noteUserReveal } from "../../record/note-reveal.ts";
import type { ConsoleEnv } from "../console-env.ts";
import { findPlannedRun, itemsOf, noStore, type PlannedRun } from "../find-planned-run.ts";
import { createPlanIndexer } from "../plan-indexer.ts";
import { ConsoleRefusal } from "../problem.ts";
import { refuseInvalid } from "../refuse-invalid.ts";
import type { ConsoleServices } from "../services.ts";
import type { ConsoleSubject } from "../subject.ts";

const DEFAULT_LIMIT = 50;
/** How long a search waits for the index of a small plan. */
const WAIT_MS = 1000;
/** Users whose value is the text are given first, at most these. */
const MOST_EXACT = 10;

/** The users of runs, searched and one by one. */
export function userSubject({ store, clock, config }: ConsoleServices): ConsoleSubject {
  const routes = new OpenAPIHono<ConsoleEnv>({ defaultHook: refuseInvalid });
  const indexer = createPlanIndexer(store, clock);

  routes.openapi(listUsers, async (c) => {
    const { run: id } = c.req.valid("param");
    const { after = 0, limit = DEFAULT_LIMIT, rule, ...filters } = c.req.valid("query");
    const search: PlanSearch = { ...filters, rule: rule as FindingRule | undefined };
    const run = await store.read((opened) => findPlannedRun(opened, id));
    if (run === undefined) throw noStore();
    if (hasCondition(search)) await indexer.waitFor(run.id, WAIT_MS);
    const list = await store.read((opened) => searchUsers(opened, run, search, after, limit));
    if (list === undefined) throw noStore();
    return c.json(list, 200);
  });

  const explain = async (id: string, seq: number, asOf: "read" | "now" | undefined): Promise<UserExplanation> => {
    const found = await store.read(async (opened) => {
      const run = await findPlannedRun(opened, id);
      await indexer.waitFor(run.id, WAIT_MS);
      const explanation = await explainUser(opened, run, seq, explainOptions(config, run, asOf === "now"));
      indexer.begin(explanation?.unsearchedRuns ?? []);
      return { explanation };
    });
    if (found === undefined) throw noStore();
    if (found.explanation === undefined) throw new ConsoleRefusal("not-found");
    return found.explanation;
  };
  routes.openapi(readUser, async (c) => {
    const { run, seq } = c.req.valid("param");
    return c.json(describeUser(await explain(run, seq, c.req.valid("query").asOf), false), 200);
  });
  routes.openapi(revealUser, async (c) => {
    const { run, seq } = c.req.valid("param");
    const explanation = await explain(run, seq, c.req.valid("query").asOf);
    // Written before anything is shown: nobody sees what is not written down.
    const event = await store.read((opened) =>
      noteUserReveal(opened, explanation.run.id, clock, { operator: c.get("operator"), seq }),
    );
    if (event === undefined) throw noStore();
    const shown: UserDetail = describeUser({ ...explanation, events: [...explanation.events, event] }, true);
    return c.json(shown, 200);
  });
  return { routes };
}

function hasCondition({ text = "", match: _match, ...filters }: PlanSearch): boolean {
  return text.trim() !== "" || Object.values(filters).some((filter) => filter !== undefined);
}

async function searchUsers(
  store: StateStore,
  run: PlannedRun,
  search: PlanSearch,
  after: number,
  limit: number,
): Promise<UserList> {
  const { items, next, waits } = await store.searchPlanItems(run.id, search, after, limit);
  // Whoever types all of an address looks for its owner, and not for those whose address contains it.
  const isFirst = after === 0 && (search.match ?? "contains") === "contains" && (search.text ?? "").trim() !== "";
  const exact = isFirst
    ? (await store.searchPlanItems(run.id, { ...search, match: "exact" }, 0, Math.min(limit, MOST_EXACT))).items
    : [];
  const firsts = new Set(exact.map(({ item }) => item.seq));
  const state = await store.readSearchIndex(run.id);
  return {
    run: run.id,
    users: [...exact, ...items.filter(({ item }) => !firsts.has(item.seq))].map((applied) =>
      listUser(run, applied, false),
    ),
    next: next ?? null,
    waits,
    index: { items: state.items, of: itemsOf(run), complete: state.complete },
  };
}
