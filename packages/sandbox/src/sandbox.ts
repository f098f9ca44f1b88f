/** Both services as real HTTP servers, filled and ready. */

import { createCognitoService } from "./cognito/cognito-service.ts";
import type { CognitoOptions, CognitoService } from "./cognito/cognito-service.ts";
import type { AppClient } from "./cognito/user-pool.ts";
import { generatePool } from "./generate/generate-pool.ts";
import type { GeneratedPool } from "./generate/generate-pool.ts";
import { createDescopeService } from "./descope/descope-service.ts";
import type { DescopeOptions, DescopeService } from "./descope/descope-service.ts";
import type { DescopeVariants } from "./descope/variants.ts";
import { loadPool, regionOfExport } from "./persist/load-pool.ts";
import { readLines } from "./persist/read-lines.ts";
import { openSavedSandbox, saveSandbox } from "./persist/saved-sandbox.ts";
import type { SandboxIdentity, SavedSandbox } from "./persist/saved-sandbox.ts";
import { FaultInjector } from "./wire/faults.ts";
import type { FaultRule } from "./wire/faults.ts";
import type { BucketStatistics } from "./wire/quota-meter.ts";
import { RequestLog } from "./wire/request-log.ts";
import { createSeededRandom } from "./wire/seeded-random.ts";
import { startWireServer } from "./wire/wire-server.ts";
import type { WireOptions, WireServer } from "./wire/wire-server.ts";

/** What sandbox is wanted. */
export interface SandboxOptions {
  /** The one service to serve; both when left out. */
  readonly only?: "cognito" | "descope" | undefined;
  /** Address to listen on. @defaultValue "127.0.0.1" */
  readonly host?: string;
  /** @defaultValue 0, a free one */
  readonly cognitoPort?: number;
  /** @defaultValue 0, a free one */
  readonly descopePort?: number;
  /** Pools to generate, in one account and region. Some people have a user in each of them. @defaultValue 1 */
  readonly pools?: number;
  /** Users of each generated pool. @defaultValue 1000 */
  readonly users?: number;
  /** Business groups of each generated pool. @defaultValue 20 */
  readonly groups?: number;
  /** @defaultValue 2 */
  readonly membershipsPerUser?: number;
  /** Equal seeds give equal sandboxes. @defaultValue "sandbox" */
  readonly seed?: string | number;
  /**
   * `every-kind`: a grown pool with every difficult kind of user. `plain`: confirmed users with an e-mail address only.
   * `empty`: no pool at all.
   *
   * @defaultValue "every-kind"
   */
  readonly profile?: "every-kind" | "plain" | "empty";
  /**
   * File of `c2d export --format jsonl` to fill Cognito with, in place of a generated pool. Its local users sign in with
   * `Passw0rd!` and the first eight characters of their sub.
   */
  readonly load?: string;
  /** File of {@link Sandbox.save} to go on from, in place of a generated pool and an empty project. */
  readonly restore?: string;
  /** File that `POST /_sandbox/save` writes; without it there is no such route. */
  readonly saveTo?: string;
  /** Milliseconds that each answer takes. @defaultValue 0 */
  readonly latencyMs?: number;
  /** `real`: the quotas that the vendors document. @defaultValue "none" */
  readonly quotas?: "real" | "none";
  /** Faults from the start; more can be added at any time. */
  readonly faults?: readonly FaultRule[];
  /** The clock of both services: milliseconds since the epoch. @defaultValue Date.now */
  readonly clock?: () => number;
  /** The clock of the quotas: milliseconds that never go back. @defaultValue performance.now */
  readonly monotonicClock?: () => number;
  /** Undocumented behaviours of Descope that differ from their defaults. */
  readonly variants?: Partial<DescopeVariants>;
  /** Further options of the Cognito service. */
  readonly cognito?: Omit<CognitoOptions, "seed" | "now">;
  /** Further options of the Descope service. */
  readonly descope?: Partial<Omit<DescopeOptions, "clock" | "variants">>;
}

/** A running sandbox. */
export interface Sandbox extends AsyncDisposable {
  /** Base URL of the Cognito endpoint; empty when only Descope is served. */
  readonly cognito: string;
  /** Base URL of the Descope API; empty when only Cognito is served. */
  readonly descope: string;
  readonly region: string;
  /** The generated pool, or the first loaded one; empty with the profile `empty`. */
  readonly userPoolId: string;
  /** Every pool that is there, the first one first. */
  readonly userPoolIds: readonly string[];
  /** An app client without secret that allows password sign-in; empty with the profile `empty`. */
  readonly clientId: string;
  readonly projectId: string;
  readonly managementKey: string;
  /** Requests to both services. */
  readonly requests: RequestLog;
  /** Faults of both services. */
  readonly faults: FaultInjector;
  /** What was generated; undefined with the profile `empty`, and when a pool was loaded or restored. */
  readonly generated: GeneratedPool | undefined;
  readonly cognitoService: CognitoService;
  /** Made at first use when it is not served. */
  readonly descopeService: DescopeService;
  readonly cognitoServer: WireServer | undefined;
  readonly descopeServer: WireServer | undefined;
  /** What each quota bucket of both services has seen. */
  buckets(): readonly BucketStatistics[];
  /**
   * Saves both services to a file that `restore` reads. It appears whole or not at all, and only its owner can read it.
   *
   * @throws The system's error when the file cannot be written.
   */
  save(path: string): void;
  /** Ends the servers. */
  stop(): Promise<void>;
}

/** The project of every sandbox, unless told otherwise; it has the form of a real project ID. */
const defaultProjectId = "P2SandboxSandboxSandboxSandb";
const defaultManagementKey = "K2SandboxSandboxSandboxSandboxManagementKey";

/**
 * Starts a sandbox: generates, loads or restores what it holds, then serves.
 *
 * @throws Error with one clear line when a port is taken. `LineInvalid` naming the line when a file cannot be taken, or the
 *   system's error when it cannot be read.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  if (options.load !== undefined && options.restore !== undefined) {
    throw new TypeError('"load" and "restore" exclude each other');
  }
  const saved = options.restore === undefined ? undefined : await openSavedSandbox(options.restore);
  try {
    return await start(options, saved);
  } finally {
    await saved?.close();
  }
}

async function start(options: SandboxOptions, saved: SavedSandbox | undefined): Promise<Sandbox> {
  const before = saved?.identity;
  // The sequence of IDs begins anew with each start: another seed, so that none comes twice.
  const seed = before === undefined ? (options.seed ?? "sandbox") : `${options.seed ?? "sandbox"} ${before.generation}`;
  const requests = new RequestLog();
  const faults = new FaultInjector(options.faults);
  const wire: WireOptions & { save?: () => void } = {
    ...(options.clock === undefined ? {} : { now: options.clock }),
    ...(options.monotonicClock === undefined ? {} : { monotonicNow: options.monotonicClock }),
    host: options.host ?? "127.0.0.1",
    latencyMs: options.latencyMs ?? 0,
    quotas: options.quotas ?? "none",
    log: requests,
    faults,
  };
  const region =
    before?.region ?? (options.load === undefined ? undefined : await regionOfExport(readLines(options.load)));
  const cognitoService = createCognitoService({
    ...(region === undefined ? {} : { region }),
    ...(before === undefined ? {} : { accountId: before.accountId }),
    ...options.cognito,
    ...(options.clock === undefined ? {} : { now: options.clock }),
    seed,
  });
  const filled = options.load !== undefined || saved !== undefined;
  const generated = options.only === "descope" || filled ? undefined : generate(cognitoService, options, seed);
  const projectId = options.descope?.projectId ?? before?.projectId ?? defaultProjectId;
  const managementKey = options.descope?.managementKey ?? defaultManagementKey;
  let madeDescope: DescopeService | undefined;
  const descopeService = (): DescopeService =>
    (madeDescope ??= createDescopeService({
      random: createSeededRandom(`descope ${seed}`),
      ...options.descope,
      ...(options.clock === undefined ? {} : { clock: options.clock }),
      ...(options.variants === undefined ? {} : { variants: options.variants }),
      projectId,
      managementKey,
    }));
  if (options.load !== undefined) await loadPool(cognitoService, readLines(options.load));
  await saved?.restore({ cognito: cognitoService, descope: descopeService() });
  const main = generated ?? before ?? firstPool(cognitoService);

  const save = (path: string): void => {
    const { region: ownRegion, accountId } = cognitoService.state;
    const identity: SandboxIdentity = {
      generation: (before?.generation ?? 0) + 1,
      region: ownRegion,
      accountId,
      projectId,
      userPoolId: main.userPoolId,
      clientId: main.clientId,
    };
    saveSandbox(path, identity, { cognito: cognitoService, descope: descopeService() });
  };
  const { saveTo } = options;
  if (saveTo !== undefined) wire.save = () => save(saveTo);

  const cognitoServer =
    options.only === "descope"
      ? undefined
      : await startWireServer(cognitoService, { ...wire, port: options.cognitoPort ?? 0 });
  if (cognitoServer !== undefined) cognitoService.state.baseUrl = cognitoServer.url;
  let descopeServer: WireServer | undefined;
  if (options.only !== "cognito") {
    try {
      descopeServer = await startWireServer(descopeService(), { ...wire, port: options.descopePort ?? 0 });
    } catch (error) {
      await cognitoServer?.stop();
      throw error;
    }
  }

  const stop = async (): Promise<void> => {
    await Promise.all([cognitoServer?.stop(), descopeServer?.stop()]);
  };
  return {
    cognito: cognitoServer?.url ?? "",
    descope: descopeServer?.url ?? "",
    region: cognitoService.state.region,
    userPoolId: main.userPoolId,
    userPoolIds: [...cognitoService.state.pools.keys()],
    clientId: main.clientId,
    projectId,
    managementKey,
    requests,
    faults,
    generated,
    cognitoService,
    get descopeService(): DescopeService {
      return descopeService();
    },
    cognitoServer,
    descopeServer,
    buckets: () => [...(cognitoServer?.buckets() ?? []), ...(descopeServer?.buckets() ?? [])],
    save,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function generate(service: CognitoService, options: SandboxOptions, seed: string | number): GeneratedPool | undefined {
  if (options.profile === "empty") return undefined;
  const pools = options.pools ?? 1;
  if (!Number.isInteger(pools) || pools < 1) throw new RangeError('"pools" must be a whole number of at least 1');
  const generated = Array.from({ length: pools }, (_, index) =>
    generatePool(service, {
      seed: index === 0 ? seed : `${seed} pool ${index + 1}`,
      name: index === 0 ? "sandbox" : `sandbox-${index + 1}`,
      users: options.users ?? 1000,
      groups: options.groups ?? 20,
      membershipsPerUser: options.membershipsPerUser ?? 2,
      everyKind: options.profile !== "plain",
    }),
  );
  return generated[0];
}

/** The pool that a sandbox names when it did not generate one, with a client that needs no secret. */
function firstPool({ state }: CognitoService): { readonly userPoolId: string; readonly clientId: string } {
  const [pool] = state.pools.values();
  const clients = [...(pool?.clients.values() ?? [])].filter(({ secret }) => secret === undefined);
  const flowsOf = ({ settings }: AppClient): readonly unknown[] => (settings["ExplicitAuthFlows"] ?? []) as unknown[];
  const client = clients.find((candidate) => flowsOf(candidate).includes("ALLOW_USER_PASSWORD_AUTH")) ?? clients[0];
  return { userPoolId: pool?.id ?? "", clientId: client?.clientId ?? "" };
}
