import { type CutoverRecord, type CutoverStep, MigrationError, type SsoCheck } from "@cognito-to-descope/core";
import type { SsoConnectionDetail, WantedStep } from "@cognito-to-descope/console/contract";
import { usageError } from "../../errors.ts";
import { recordSsoChange } from "../../record/record-sso.ts";
import { type Operator, takeBack, takeStep } from "../../sso/change-connection.ts";
import { judgeConnection } from "../../sso/judge-connection.ts";
import type { LiveConnection } from "../../sso/live-connections.ts";
import { isExplained, readModeHistory } from "../../sso/mode-history.ts";
import { verifyOne } from "../../sso/verify-one.ts";
import { ConsoleRefusal } from "../problem.ts";
import type { ConsoleServices } from "../services.ts";
import type { CheckKeeper } from "./check-keeper.ts";
import { timeOrNull } from "./connection-rows.ts";
import { type BridgeState, findLive, type SsoReader } from "./sso-reader.ts";

/** What can be done about one connection. All give it as it is afterwards. */
export interface SsoActions {
  /** @throws ConsoleRefusal `not-found`. */
  detail(key: string): Promise<SsoConnectionDetail>;
  /** Runs the tests, as `c2d sso verify` does. */
  check(key: string): Promise<SsoConnectionDetail>;
  /**
   * Takes a step whose gates are open, after the tests were run anew.
   *
   * @throws MigrationError `ERR_MODE_CHANGED`, `ERR_USAGE`, and those of pools and project.
   * @throws ConsoleRefusal `conflict` when a gate is closed.
   */
  step(wanted: WantedStep, operator: string): Promise<SsoConnectionDetail>;
  /** Takes it back to Cognito at once. */
  back(key: string, operator: string): Promise<SsoConnectionDetail>;
}

const MOST_CHANGES = 50;
/** Gates that only the tests of a connection can tell. */
const TESTED_GATES: ReadonlySet<string> = new Set(["settings-verified", "test-sign-in"]);
const TESTS_TIMEOUT_MS = 60_000;

/** The actions of the console. */
export function createSsoActions(services: ConsoleServices, reader: SsoReader, kept: CheckKeeper): SsoActions {
  const { config, store, clock } = services;
  const { files } = reader;

  /** What was changed stays changed, whether it can be put on record or not; whoever serves the console hears of it. */
  function onBehalfOf(operator: string): Operator {
    const author = { operator, toolVersion: services.version };
    return {
      by: operator,
      through: "console",
      async record(change) {
        try {
          await store.read((opened) => recordSsoChange(opened, config.project?.projectId, { ...change }, author));
        } catch (error) {
          services.onDefect?.(error);
        }
      },
    };
  }

  async function runChecks({ connection, key, record }: LiveConnection): Promise<readonly SsoCheck[]> {
    if (config.target === undefined || config.sources.length === 0) {
      throw new MigrationError("ERR_CONFIG_INVALID", "the console has no access to the pools or to the project", {
        suggestion: "start it with the credentials that c2d sso verify needs: DESCOPE_MANAGEMENT_KEY, and those of AWS",
      });
    }
    // The tests look at what was written; asking must not make a state store where there is none.
    if ((await store.read(async () => true)) === undefined) {
      throw new ConsoleRefusal("conflict", { suggestion: "nothing was written to the project yet: run c2d sso apply" });
    }
    const checks = await verifyOne({ signal: AbortSignal.timeout(TESTS_TIMEOUT_MS) }, config, connection);
    kept.keep(key, record.since, { at: clock.now(), checks });
    return checks;
  }

  async function judge(
    state: BridgeState,
    live: LiveConnection,
    checks: () => Promise<readonly SsoCheck[]>,
  ): Promise<CutoverStep> {
    const { connection, record, key } = live;
    const tally = state.decisions.sinceStage(key);
    return await judgeConnection({ connection, record, runChecks: checks, tally, now: clock.now() });
  }

  async function detail(key: string): Promise<SsoConnectionDetail> {
    const { connections } = await reader.overview();
    const connection = connections.find((one) => one.key === key);
    if (connection === undefined) throw new ConsoleRefusal("not-found");
    const state = await reader.bridge();
    const live = state.live.find((one) => one.key === key);
    if (live === undefined) return { connection, step: null, checks: null, history: [], historyExplains: true };
    const known = kept.find(key, live.record.since);
    const step = await judge(state, live, async () => known?.checks ?? []);
    const history = await readModeHistory(files.modes);
    return {
      connection,
      step: {
        from: step.from,
        to: step.to ?? null,
        allowed: step.allowed,
        gates: step.gates.map(({ gate, open, unknown, detail: found }) => {
          const isUntested = known === undefined && TESTED_GATES.has(gate);
          return {
            gate,
            state: unknown === true || isUntested ? "unknown" : open ? "open" : "closed",
            detail: isUntested ? "not tested yet" : found,
          };
        }),
      },
      checks: known === undefined ? null : { at: new Date(known.at).toISOString(), results: known.checks },
      history: history.changes
        .filter((change) => change.connection === key)
        .slice(-MOST_CHANGES)
        .reverse()
        .map(({ at, from, to, by, through, why }) => ({ at: new Date(at).toISOString(), from, to, by, through, why })),
      historyExplains: isExplained(history, key, live.record),
    };
  }

  return {
    detail,
    async check(key) {
      await runChecks(findLive(await reader.bridge(), key));
      return await detail(key);
    },
    async step({ connection: key, from, to, confirm }, operator) {
      const state = await reader.bridge();
      const live = findLive(state, key);
      refuseOtherStage(live.record, from);
      if (to === "descope" && confirm !== live.connection.name) {
        throw usageError(
          "the name that was typed is not the connection's",
          "type the name of the connection to confirm",
        );
      }
      const judged = await judge(state, live, () => runChecks(live));
      if (judged.to !== to)
        throw usageError("that is not the next stage", "stages follow one another, and none is left out");
      const closed = judged.gates.filter(({ open }) => !open);
      if (closed.length > 0) {
        throw new ConsoleRefusal("conflict", {
          suggestion: closed.map(({ gate, detail: found }) => `${gate} is closed: ${found}`).join("; "),
        });
      }
      await takeStep(files, live.connection, { judged: live.record, to }, onBehalfOf(operator), clock);
      return await detail(key);
    },
    async back(key, operator) {
      const { connection } = findLive(await reader.bridge(), key);
      await takeBack(files, connection, onBehalfOf(operator), clock);
      return await detail(key);
    },
  };
}

function refuseOtherStage({ stage, since }: CutoverRecord, from: WantedStep["from"]): void {
  if (stage === from.stage && timeOrNull(since) === from.since) return;
  throw new MigrationError("ERR_MODE_CHANGED", `the connection was changed meanwhile: it is in the stage ${stage}`, {
    suggestion: "look at it again; its history shows who changed it",
  });
}
