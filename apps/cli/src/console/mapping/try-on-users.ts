import {
  comparedFields,
  type PlanItem,
  type ProjectSnapshot,
  type RunPlan,
  type SourceUser,
  type StateStore,
  tryMapping,
} from "@cognito-to-descope/core";
import type { MappingTrial, TriedSide, TriedUser } from "@cognito-to-descope/console/contract";
import type { Config } from "../../config/config.ts";
import type { ReadRun } from "../../mapping-effect/reckon-effect.ts";
import { systemDigest } from "../../system.ts";
import { textsOf } from "../../user/describe-user.ts";
import { mask } from "../mask.ts";

/** Users that are looked at; the effect on all is another question. */
const LOOKED = 1000;
const PAGE = 250;
const SHOWN = 12;
/** Users of one kind and status that are shown. */
const OF_ONE_SORT = 2;
const MOST_FOUND = 3;

/** One user by both rules. */
interface Pair {
  readonly row: SourceUser;
  readonly before: PlanItem;
  readonly after: PlanItem;
  readonly differs: boolean;
}

/** Rules to be tried on users of a run. */
export interface Trial {
  readonly run: ReadRun;
  readonly before: Config;
  readonly after: Config;
  /** A user to be among those that are shown. */
  readonly search: string;
  readonly reveal: boolean;
}

/** Maps some users of a run by other rules, beside those of now. Writes nothing. */
export async function tryOnUsers(store: StateStore, trial: Trial): Promise<MappingTrial> {
  const { run, search, reveal } = trial;
  const found = search === "" ? [] : await findUsers(store, run.id, search);
  const named = await pairUsers(store, trial, found);
  const pairs: Pair[] = [];
  for (let after = 0; pairs.length < LOOKED;) {
    const page = await store.readSourceUsers(run.id, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.seq;
    pairs.push(...(await pairUsers(store, trial, page)));
  }
  const shown = [...named, ...chooseUsers(pairs, new Set(named.map(({ row }) => row.seq)))].slice(0, SHOWN);
  return {
    run: run.id,
    masked: !reveal,
    looked: pairs.length,
    differ: pairs.filter(({ differs }) => differs).length,
    users: shown.map((pair) => describe(pair, run, reveal)),
    searched: await searchState(store, run.id, search, named.length),
  };
}

async function findUsers(store: StateStore, runId: string, search: string): Promise<readonly SourceUser[]> {
  const bySub = await store.readSourceUserBySub(runId, search);
  if (bySub !== undefined) return [bySub];
  const { items } = await store.searchPlanItems(runId, { text: search }, 0, MOST_FOUND);
  return store.readSourceUsersBySeq(
    runId,
    items.map(({ item }) => item.seq),
  );
}

async function searchState(
  store: StateStore,
  runId: string,
  search: string,
  found: number,
): Promise<MappingTrial["searched"]> {
  if (search === "") return "not-asked";
  if (found > 0) return "found";
  return (await store.readSearchIndex(runId)).complete ? "none" : "indexing";
}

async function pairUsers(
  store: StateStore,
  { run, before, after }: Trial,
  users: readonly SourceUser[],
): Promise<readonly Pair[]> {
  const project = knownProject(run.projectId, run.plan);
  const planBy = (config: Config): Promise<readonly PlanItem[]> => {
    const tenants = new Map(config.sources.map((source) => [source.userPoolId, source] as const));
    const sources = run.userPoolIds.map((id) => ({
      tenant: tenants.get(id)?.tenant,
      tenantName: tenants.get(id)?.tenantName,
    }));
    const context = {
      runId: run.id,
      store,
      rules: config.rules,
      sources,
      target: { projectId: run.projectId },
    };
    return tryMapping(context, systemDigest, project, run.plan.observations, users);
  };
  const [ofNow, ofThen] = [await planBy(before), await planBy(after)];
  const rows = new Map(users.map((row) => [row.seq, row]));
  return ofNow.flatMap((item, index) => {
    const [row, other] = [rows.get(item.seq), ofThen[index]];
    if (row === undefined || other === undefined) return [];
    const differs = JSON.stringify(essence(item)) !== JSON.stringify(essence(other));
    return [{ row, before: item, after: other, differs }];
  });
}

function essence({ operation, reason, planned, findings }: PlanItem): unknown {
  return [operation, reason, planned, findings];
}

/** The project as far as the plan knows it: what is in it already. A whole plan reads the rest. */
function knownProject(projectId: string, { definitions }: RunPlan): ProjectSnapshot {
  const { attributes, roles, tenants } = definitions;
  return { projectId, attributes: attributes.unchanged, roles: roles.unchanged, tenants: tenants.unchanged };
}

/** Those that differ first, and of each kind and status a few. */
function chooseUsers(pairs: readonly Pair[], without: ReadonlySet<number>): readonly Pair[] {
  const counts = new Map<string, number>();
  return pairs
    .filter(({ row }) => !without.has(row.seq))
    .toSorted((a, b) => Number(b.differs) - Number(a.differs))
    .filter(({ row, before, differs }) => {
      const sort = `${before.kind} ${row.user.status} ${differs}`;
      const count = (counts.get(sort) ?? 0) + 1;
      counts.set(sort, count);
      return count <= OF_ONE_SORT;
    });
}

function describe({ row, before, after }: Pair, run: ReadRun, reveal: boolean): TriedUser {
  const loginId = after.planned?.loginId ?? before.planned?.loginId ?? row.user.attributes["email"];
  const sides = [before, after].map(
    (item) =>
      new Map(comparedFields(item, undefined, undefined).map(({ field, planned }) => [field, planned] as const)),
  );
  const [was, is] = [sides[0] ?? new Map(), sides[1] ?? new Map()];
  return {
    seq: row.seq,
    sub: row.user.sub,
    userPoolId: run.userPoolIds[row.source] ?? "",
    kind: before.kind,
    status: row.user.enabled ? row.user.status : `${row.user.status}, disabled`,
    loginId: loginId === undefined ? null : reveal ? loginId : mask(loginId),
    before: describeSide(before),
    after: describeSide(after),
    fields: [...new Set([...was.keys(), ...is.keys()])].map((field) => {
      const [old, wanted] = [was.get(field), is.get(field)];
      return {
        field,
        before: old === undefined ? null : textsOf(field, old, reveal),
        after: wanted === undefined ? null : textsOf(field, wanted, reveal),
        differs: JSON.stringify(old) !== JSON.stringify(wanted),
      };
    }),
  };
}

function describeSide({ operation, reason, findings }: PlanItem): TriedSide {
  return { operation, reason, rules: [...new Set(findings.map(({ rule }) => rule))] };
}
