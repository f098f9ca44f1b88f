import { join } from "node:path";
import { type Sandbox, type SandboxOptions, startSandbox } from "@cognito-to-descope/sandbox";
import { environmentFor, writeFastConfig } from "../commands/fast-world.ts";
import { runInProcess } from "../commands/run-in-process.ts";
import { type CommandResult, runC2d, type RunOptions, temporaryFolder } from "../e2e/run-c2d.ts";
import { cognito, descope, projectUsers } from "../pipeline/world.ts";

/** What every crash starts from: a pool, and a project that has a part of its users, some of them out of date. */
export interface CrashScene extends Disposable {
  /** The saved sandbox. */
  readonly file: string;
  /** Where processes keep compiled code, so that starting one costs less. */
  readonly compileCache: string;
  readonly config: object;
}

/** A sandbox that shows the scene again and again. */
export interface Stage extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** The project is as in the scene again; nothing was asked of it and nothing befalls it. */
  reset(): Promise<void>;
  /** Runs `c2d migrate` as a process of its own. */
  migrate(folder: string, options?: Pick<RunOptions, "onStart" | "env">): Promise<CommandResult>;
  /** Everything in the project, in an order of its own, without what the project generates. */
  project(): readonly string[];
}

const groups = [
  { group: "group-001", role: true, tenant: "acme" },
  { group: "group-002", role: "editor" },
];

/**
 * Sets the scene: a generated pool with every kind of user, of whom the project has a third; a fifth of those have another
 * name there. Some roles and attributes are there, too.
 */
export async function setScene(users: number, batchSize: number): Promise<CrashScene> {
  const folder = temporaryFolder();
  const config = { target: { batchSize }, mapping: { groups } };
  writeFastConfig(folder.path, config);
  const sandbox = await startSandbox({ users, groups: 5, seed: "crash", cognito: { requireSignature: false } });
  try {
    // A hundred groups of one user would be a hundred listings and a hundred roles, one like the other.
    for (let number = 3; number <= 100; number += 1) {
      const GroupName = `squad-${String(number).padStart(3, "0")}`;
      await cognito(sandbox, "DeleteGroup", { UserPoolId: sandbox.userPoolId, GroupName });
    }
    const { code, stderr } = await runInProcess(["migrate", "--no-log-file"], {
      cwd: folder.path,
      env: environmentFor(sandbox),
    });
    if (code !== 0) throw new Error(`the scene cannot be set: ${stderr}`);
    const everybody = projectUsers(sandbox);
    const gone = everybody.filter((_, index) => index % 3 > 0).map(({ userId }) => userId);
    for (let start = 0; start < gone.length; start += 100) {
      await descope(sandbox, "POST /v1/mgmt/user/delete/batch", { userIds: gone.slice(start, start + 100) });
    }
    for (const { loginIds } of everybody.filter((_, index) => index % 15 === 0)) {
      const change = { loginId: loginIds[0], displayName: "Somebody Else" };
      await descope(sandbox, "POST /v1/mgmt/user/update/name", change);
    }
    for (const name of ["editor", "group-003", "squad-001", "empty-group"]) {
      await descope(sandbox, "POST /v1/mgmt/role/delete", { name });
    }
    await descope(sandbox, "POST /v1/mgmt/user/customattribute/delete", { names: ["plan", "nickname"] });
    sandbox.save(join(folder.path, "scene.jsonl"));
  } finally {
    await sandbox.stop();
  }
  return {
    file: join(folder.path, "scene.jsonl"),
    compileCache: join(folder.path, "compiled"),
    config,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** Starts a sandbox in which the scene is played. */
export async function openStage(scene: CrashScene, options: SandboxOptions = {}): Promise<Stage> {
  const sandbox = await startSandbox({ cognito: { requireSignature: false }, ...options, restore: scene.file });
  const lines = [...sandbox.descopeService.save()];
  return {
    sandbox,
    async reset() {
      sandbox.faults.clear();
      sandbox.requests.reset();
      await sandbox.descopeService.restore(lines);
    },
    migrate(folder, { onStart, env } = {}) {
      return runC2d(["migrate", "--json", "--no-log-file"], {
        cwd: folder,
        env: { ...environmentFor(sandbox), NODE_COMPILE_CACHE: scene.compileCache, ...env },
        onStart: (child) => {
          sandbox.faults.clientPid = child.pid;
          onStart?.(child);
        },
      });
    },
    project: () => projectState(sandbox),
    [Symbol.asyncDispose]: () => sandbox.stop(),
  };
}

/** A folder with the scene's config. */
export function sceneFolder(scene: CrashScene): ReturnType<typeof temporaryFolder> {
  const folder = temporaryFolder();
  writeFastConfig(folder.path, scene.config);
  return folder;
}

function projectState(sandbox: Sandbox): readonly string[] {
  const entities = [...sandbox.descopeService.save()].flatMap((line) =>
    Object.entries(JSON.parse(line) as Record<string, object | string>),
  );
  // IDs are generated, so roles are known by their names.
  const names = new Map(
    entities.flatMap(([kind, entity]) => {
      const { id, name } = entity as { readonly id?: string; readonly name?: string };
      return kind === "role" && id !== undefined ? [[id, name]] : [];
    }),
  );
  const state: string[] = [];
  for (const [kind, entity] of entities) {
    // The first line holds the key that tokens are signed with.
    if (typeof entity !== "object") continue;
    const text = JSON.stringify(entity, (key, value: unknown) => {
      if (key === "id" || key === "userId" || key === "modifiedAt") return undefined;
      // When a user was created is what the pool says; a definition is created when the run comes to it.
      if (key === "createdTime" && kind !== "user") return undefined;
      if (key === "roleIds") return (value as string[]).map((id) => names.get(id)).sort();
      if (key === "loginIds" || key === "permissionIds") return [...(value as string[])].sort();
      if (key === "customAttributes") return Object.fromEntries(Object.entries(value as object).sort());
      return value;
    });
    state.push(`${kind} ${text}`);
  }
  return state.sort();
}
