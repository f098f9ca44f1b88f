/** Both services as real HTTP servers, filled and ready. */

import { createCognitoService } from "./cognito/cognito-service.ts";
import type { CognitoOptions, CognitoService } from "./cognito/cognito-service.ts";
import { generatePool } from "./generate/generate-pool.ts";
import type { GeneratedPool } from "./generate/generate-pool.ts";
import { createDescopeService } from "./descope/descope-service.ts";
import type { DescopeOptions, DescopeService } from "./descope/descope-service.ts";
import type { DescopeVariants } from "./descope/variants.ts";
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
  /** Users of the generated pool. @defaultValue 1000 */
  readonly users?: number;
  /** Business groups of the generated pool. @defaultValue 20 */
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
  /** Milliseconds that each answer takes. @defaultValue 0 */
  readonly latencyMs?: number;
  /** `real`: the quotas that the vendors document. @defaultValue "none" */
  readonly quotas?: "real" | "none";
  /** Faults from the start; more can be added at any time. */
  readonly faults?: readonly FaultRule[];
  /** The clock of both services: milliseconds since the epoch. @defaultValue Date.now */
  readonly clock?: () => number;
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
  /** The generated pool; empty with the profile `empty`. */
  readonly userPoolId: string;
  /** An app client without secret that allows password sign-in; empty with the profile `empty`. */
  readonly clientId: string;
  readonly projectId: string;
  readonly managementKey: string;
  /** Requests to both services. */
  readonly requests: RequestLog;
  /** Faults of both services. */
  readonly faults: FaultInjector;
  /** What was generated; undefined with the profile `empty`. */
  readonly generated: GeneratedPool | undefined;
  readonly cognitoService: CognitoService;
  /** Made at first use when it is not served. */
  readonly descopeService: DescopeService;
  readonly cognitoServer: WireServer | undefined;
  readonly descopeServer: WireServer | undefined;
  /** What each quota bucket of both services has seen. */
  buckets(): readonly BucketStatistics[];
  /** Ends the servers. */
  stop(): Promise<void>;
}

/** The project of every sandbox, unless told otherwise; it has the form of a real project ID. */
const defaultProjectId = "P2SandboxSandboxSandboxSandb";
const defaultManagementKey = "K2SandboxSandboxSandboxSandboxManagementKey";

/**
 * Starts a sandbox: generates the pool, then serves.
 *
 * @throws Error with one clear line when a port is taken.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const seed = options.seed ?? "sandbox";
  const requests = new RequestLog();
  const faults = new FaultInjector(options.faults);
  const wire: WireOptions = {
    ...(options.clock === undefined ? {} : { now: options.clock }),
    host: options.host ?? "127.0.0.1",
    latencyMs: options.latencyMs ?? 0,
    quotas: options.quotas ?? "none",
    log: requests,
    faults,
  };
  const cognitoService = createCognitoService({
    ...options.cognito,
    ...(options.clock === undefined ? {} : { now: options.clock }),
    seed,
  });
  const generated = options.only === "descope" ? undefined : generate(cognitoService, options, seed);
  const projectId = options.descope?.projectId ?? defaultProjectId;
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
    userPoolId: generated?.userPoolId ?? "",
    clientId: generated?.clientId ?? "",
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
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function generate(service: CognitoService, options: SandboxOptions, seed: string | number): GeneratedPool | undefined {
  if (options.profile === "empty") return undefined;
  return generatePool(service, {
    seed,
    users: options.users ?? 1000,
    groups: options.groups ?? 20,
    membershipsPerUser: options.membershipsPerUser ?? 2,
    everyKind: options.profile !== "plain",
  });
}
