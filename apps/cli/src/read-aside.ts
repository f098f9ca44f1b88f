import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  openRun,
  planRun,
  type ProjectTarget,
  type RunContext,
  type RunPlan,
  type RunSource,
  type StateStore,
  type UserPoolSource,
} from "@cognito-to-descope/core";
import { openStateStore } from "@cognito-to-descope/store";
import type { Config } from "./config/config.ts";
import { newRunId, systemClock, systemDigest } from "./system.ts";

/** Pools that were read beside every run, with the plan that an empty project would get. */
export interface ReadAside extends AsyncDisposable {
  readonly store: StateStore;
  readonly runId: string;
  readonly plan: RunPlan;
  /** Members by group, for each source. */
  readonly groupSizes: readonly Readonly<Record<string, number>>[];
}

/**
 * Reads pools in one read-only pass, without a project and without touching the state file.
 *
 * What is read goes through a store in a temporary directory, so that memory stays flat; the directory is removed again.
 */
export async function readAside(
  config: Config,
  sources: readonly RunSource[],
  { signal, onProgress }: Pick<RunContext, "signal" | "onProgress">,
): Promise<ReadAside> {
  const directory = mkdtempSync(join(tmpdir(), "c2d-"));
  let store: StateStore | undefined;
  const close = async (): Promise<void> => {
    await store?.[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    store = await openStateStore(join(directory, "read.db"));
    const counted = sources.map(({ source, ...rest }) => ({ ...countMembers(source), ...rest }));
    const context: RunContext = {
      runId: newRunId(systemClock.now()),
      sources: counted,
      target: emptyProject,
      store,
      rules: config.rules,
      configHash: config.hash,
      clock: systemClock,
      digest: systemDigest,
      signal,
      onProgress,
    };
    const plan = await planRun(context, await openRun(context, []));
    return {
      store,
      runId: context.runId,
      plan,
      groupSizes: counted.map(({ sizes }) => Object.fromEntries(sizes)),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function countMembers(source: UserPoolSource): {
  readonly source: UserPoolSource;
  readonly sizes: Map<string, number>;
} {
  const sizes = new Map<string, number>();
  return {
    sizes,
    source: {
      userPoolId: source.userPoolId,
      readSnapshot: (options) => source.readSnapshot(options),
      findUser: (sub, options) => source.findUser(sub, options),
      groupsOf: (username, options) => source.groupsOf(username, options),
      users: (options) => source.users(options),
      async *members(group, options) {
        // A listing that begins again counts again.
        if (options?.after === undefined) sizes.set(group, 0);
        for await (const page of source.members(group, options)) {
          sizes.set(group, (sizes.get(group) ?? 0) + page.subs.length);
          yield page;
        }
      },
    },
  };
}

const unwritable = (): never => {
  throw new TypeError("the empty project is only there to be read");
};

/** A project that has nothing yet. */
const emptyProject: ProjectTarget = {
  projectId: "",
  maxUsersPerBatch: 100,
  readSnapshot: async () => ({ projectId: "", attributes: [], roles: [], tenants: [] }),
  async *users() {
    yield { users: [], total: 0 };
  },
  findUsers: async () => [],
  findUsersById: async () => [],
  loadUser: async () => undefined,
  loadUserById: async () => undefined,
  createAttributes: unwritable,
  createRole: unwritable,
  createTenant: unwritable,
  createUsers: unwritable,
  patchUsers: unwritable,
  deleteUsers: unwritable,
  deleteAttributes: unwritable,
  deleteRole: unwritable,
  deleteTenant: unwritable,
  signIn: unwritable,
  signInTestUser: unwritable,
};
