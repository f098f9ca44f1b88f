/** Both services as real HTTP servers, filled and ready. */

import { createCognitoService } from "./cognito/cognito-service.ts";
import type { CognitoOptions, CognitoService } from "./cognito/cognito-service.ts";
import { generatePool } from "./generate/generate-pool.ts";
import type { GeneratedPool } from "./generate/generate-pool.ts";
import { FaultInjector } from "./wire/faults.ts";
import type { FaultRule } from "./wire/faults.ts";
import { RequestLog } from "./wire/request-log.ts";
import { startWireServer } from "./wire/wire-server.ts";
import type { WireOptions, WireServer } from "./wire/wire-server.ts";

/** What sandbox is wanted. */
export interface SandboxOptions {
  /** Which service to start; both when left out. */
  readonly only?: "cognito";
  /** Address to listen on. @defaultValue "127.0.0.1" */
  readonly host?: string;
  /** @defaultValue 0, a free one */
  readonly cognitoPort?: number;
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
  /** Further options of the Cognito service. */
  readonly cognito?: Omit<CognitoOptions, "seed" | "now">;
}

/** A running Cognito half. */
export interface CognitoSandbox extends AsyncDisposable {
  /** Base URL of the Cognito endpoint. */
  readonly cognito: string;
  readonly region: string;
  /** The generated pool; empty text with the profile `empty`. */
  readonly userPoolId: string;
  /** An app client without secret that allows password sign-in; empty text with the profile `empty`. */
  readonly clientId: string;
  /** Requests to all services. */
  readonly requests: RequestLog;
  /** Faults of all services. */
  readonly faults: FaultInjector;
  readonly cognitoService: CognitoService;
  readonly cognitoServer: WireServer;
  /** What was generated; undefined with the profile `empty`. */
  readonly generated: GeneratedPool | undefined;
  /** Ends the servers. */
  stop(): Promise<void>;
}

/**
 * Starts a sandbox.
 *
 * @throws Error with one clear line when a port is taken.
 */
export async function startSandbox(
  options: SandboxOptions & { readonly only: "cognito" },
): Promise<CognitoSandbox> {
  const seed = options.seed ?? "sandbox";
  const requests = new RequestLog();
  const faults = new FaultInjector(options.faults);
  const clock = options.clock === undefined ? {} : { now: options.clock };
  const wire: WireOptions = {
    ...clock,
    host: options.host ?? "127.0.0.1",
    latencyMs: options.latencyMs ?? 0,
    quotas: options.quotas ?? "none",
    log: requests,
    faults,
  };
  const cognitoService = createCognitoService({ ...options.cognito, ...clock, seed });
  const generated =
    options.profile === "empty"
      ? undefined
      : generatePool(cognitoService, {
          seed,
          users: options.users ?? 1000,
          groups: options.groups ?? 20,
          membershipsPerUser: options.membershipsPerUser ?? 2,
          everyKind: options.profile !== "plain",
        });
  const cognitoServer = await startWireServer(cognitoService, {
    ...wire,
    port: options.cognitoPort ?? 0,
  });
  const stop = (): Promise<void> => cognitoServer.stop();
  return {
    cognito: cognitoServer.url,
    region: cognitoService.state.region,
    userPoolId: generated?.userPoolId ?? "",
    clientId: generated?.clientId ?? "",
    requests,
    faults,
    cognitoService,
    cognitoServer,
    generated,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
