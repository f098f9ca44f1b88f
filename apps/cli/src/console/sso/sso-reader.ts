import { access } from "node:fs/promises";
import { relative } from "node:path";
import {
  hasCode,
  MigrationError,
  NO_MODES,
  type SsoPlan,
  type SsoRecord,
  type WrittenBridgeConfig,
  type WrittenModes,
} from "@cognito-to-descope/core";
import type { SsoOverview } from "@cognito-to-descope/console/contract";
import { type BridgeFiles, bridgeFiles, readBridgeConfig } from "../../sso/bridge-files.ts";
import { createDecisionFollower, type FollowedDecisions } from "../../sso/follow-decisions.ts";
import { type LiveConnection, liveConnections } from "../../sso/live-connections.ts";
import { modeHistoryPath } from "../../sso/mode-history.ts";
import { readModesFile } from "../../sso/modes-file.ts";
import { pacedReading } from "../paced-reading.ts";
import type { ConsoleServices } from "../services.ts";
import { fromPlan } from "./assess-connections.ts";
import type { AssessmentKeeper } from "./assessment-keeper.ts";
import { connectionRows } from "./connection-rows.ts";
import { nextForSso } from "./next-for-sso.ts";

/** Where the bridge and its connections are now. */
export interface BridgeState {
  readonly state: SsoOverview["bridge"]["state"];
  readonly modes: WrittenModes;
  readonly decisions: FollowedDecisions;
  readonly live: readonly LiveConnection[];
}

/** Reads the connections. */
export interface SsoReader {
  readonly files: BridgeFiles;
  overview(): Promise<SsoOverview>;
  bridge(): Promise<BridgeState>;
}

/** However many pages ask. */
const STORE_EVERY_MS = 1000;

/** A reader of the files of the bridge, and of the store of the console. */
export function createSsoReader(services: ConsoleServices, assessment: AssessmentKeeper): SsoReader {
  const { clock, cwd } = services;
  const files = bridgeFiles(cwd, {});
  const follower = createDecisionFollower(files.decisions);
  const recorded = pacedReading(() => readRecorded(services), { clock, everyMs: STORE_EVERY_MS });

  async function bridge(): Promise<BridgeState> {
    const [state, config] = await readConfig(files);
    const modes = config === undefined ? NO_MODES : await readModesFile(files);
    const since = new Map(Object.entries(modes.connections).map(([key, record]) => [key, record.since]));
    const decisions = await follower.read(since);
    const live = config === undefined ? [] : liveConnections(config, modes, decisions.overall);
    return { state, modes, decisions, live };
  }

  return {
    files,
    bridge,
    async overview() {
      const { state, decisions, live } = await bridge();
      const { records, plan } = await recorded();
      // What this console has read is newer than a plan that was kept.
      const isFromPlan = assessment.connections === undefined && plan !== undefined;
      const assessed = assessment.connections ?? (plan === undefined ? new Map() : fromPlan(plan, undefined, true));
      const connections = connectionRows({ live, assessed, records });
      const described = assessment.describe();
      const seen = (path: string): string => relative(cwd, path) || path;
      return {
        at: new Date(clock.now()).toISOString(),
        connections,
        classes: countClasses(connections),
        bridge: {
          state,
          config: seen(files.config),
          modes: seen(files.modes),
          history: seen(modeHistoryPath(files.modes)),
          decisions: files.decisions.map(seen),
          unreadableDecisions: decisions.unreadable,
        },
        assessment: {
          ...described,
          at: isFromPlan ? new Date(plan.createdAt).toISOString() : described.at,
          fromPlan: isFromPlan,
        },
        next: nextForSso(connections, state),
      };
    },
  };
}

/** A config that is not there is no fault: no bridge was set up. Of one that cannot be read the page says so. */
async function readConfig(
  files: BridgeFiles,
): Promise<readonly [BridgeState["state"], WrittenBridgeConfig | undefined]> {
  const isThere = await access(files.config).then(
    () => true,
    () => false,
  );
  if (!isThere) return ["absent", undefined];
  try {
    return ["ready", await readBridgeConfig(files)];
  } catch (error) {
    if (hasCode(error, "ERR_CONFIG_INVALID", "ERR_CONFIG_UNREADABLE")) return ["unreadable", undefined];
    throw error;
  }
}

async function readRecorded({
  store,
  config,
}: ConsoleServices): Promise<{ readonly records: readonly SsoRecord[]; readonly plan: SsoPlan | undefined }> {
  const read = await store.read(async (opened) => {
    const projectId = config.project?.projectId ?? (await opened.listRuns())[0]?.projectId;
    if (projectId === undefined) return undefined;
    return { records: await opened.readSsoRecords(projectId), plan: await opened.readSsoPlan(projectId) };
  });
  return read ?? { records: [], plan: undefined };
}

function countClasses(connections: SsoOverview["connections"]): Readonly<Record<string, number>> {
  const classes = new Map<string, number>();
  for (const { class: kind } of connections) if (kind !== null) classes.set(kind, (classes.get(kind) ?? 0) + 1);
  return Object.fromEntries([...classes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The connection of the bridge that a key names.
 *
 * @throws MigrationError `ERR_USAGE`.
 */
export function findLive({ live }: BridgeState, key: string): LiveConnection {
  const found = live.find((one) => one.key === key);
  if (found !== undefined) return found;
  throw new MigrationError("ERR_USAGE", "the bridge has no such connection", {
    suggestion: "after a change in Cognito write its config anew with c2d sso bridge config",
  });
}
