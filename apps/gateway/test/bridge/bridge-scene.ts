import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Clock,
  compileBridgeConfig,
  compileModes,
  type Connection,
  type ConnectionModes,
  type CutoverStage,
  type DecisionEntry,
  NO_MODES,
  withStage,
  type WrittenBridgeConfig,
  type WrittenBridgeHost,
} from "@cognito-to-descope/core";
import { samlConnection, writtenConfig } from "../../../../packages/core/test/sso/bridge/sample-bridge.ts";
import { makeCertificate } from "../../../../packages/sandbox/test/descope/self-signed-certificate.ts";
import { type BridgeServer, type BridgeServerOptions, createStateSealer, startBridgeServer } from "../../src/index.ts";
import { type Origin, startOrigin } from "./origin.ts";

export const STATE_SECRET = "a secret of at least thirty-two characters";
export const HOST = "auth.example.com";

/** Time that stands still until it is moved; waits are real. */
export interface HandClock extends Clock {
  time: number;
}

export function handClock(): HandClock {
  const clock: HandClock = {
    time: 1_800_000_000_000,
    now: () => clock.time,
    monotonic: () => clock.time,
    sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  };
  return clock;
}

/** A bridge with a server on each side of it. */
export interface BridgeScene extends AsyncDisposable {
  readonly bridge: BridgeServer;
  readonly port: number;
  readonly cognito: Origin;
  readonly descope: Origin;
  readonly clock: HandClock;
  readonly entries: DecisionEntry[];
  readonly written: WrittenBridgeConfig;
  modes: ConnectionModes;
  setStage(connection: string, stage: CutoverStage): void;
}

/** What is to be different from a bridge that speaks plain HTTP. */
export interface SceneOptions extends Partial<BridgeServerOptions> {
  readonly connections?: readonly Connection[];
  /** What of the host's config is to be different. */
  readonly host?: Partial<WrittenBridgeHost>;
  /** Cognito with TLS, by a certificate of the host. */
  readonly secureCognito?: boolean;
}

const keys = makeCertificate(HOST);
/** The certificate of the host. */
export const CERTIFICATE: { readonly cert: string; readonly key: string } = {
  cert: keys.certificate,
  key: keys.privateKey,
};

export async function startScene(options: SceneOptions = {}): Promise<BridgeScene> {
  const cognito = await startOrigin("cognito", options.secureCognito === true ? CERTIFICATE : undefined);
  const descope = await startOrigin("descope");
  const clock = handClock();
  const entries: DecisionEntry[] = [];
  const base = writtenConfig(options.connections ?? [samlConnection("Acme"), samlConnection("Globex")]);
  const written: WrittenBridgeConfig = {
    ...base,
    descopeBaseUrl: descope.url,
    hosts: base.hosts.map((host) => ({ ...host, upstream: cognito.url, ...options.host })),
  };
  const config = compileBridgeConfig(written);
  let stages = NO_MODES;
  const scene: { modes: ConnectionModes } = { modes: compileModes(stages) };
  const bridge = await startBridgeServer({
    config: () => config,
    modes: () => scene.modes,
    sealer: await createStateSealer([STATE_SECRET]),
    newId: () => randomBytes(16).toString("hex"),
    clock,
    onDecision: (entry) => entries.push(entry),
    upstreams: { ca: CERTIFICATE.cert },
    ...options,
  });
  return Object.assign(scene, {
    bridge,
    port: Number(new URL(bridge.url).port),
    cognito,
    descope,
    clock,
    entries,
    written,
    setStage(connection: string, stage: CutoverStage) {
      stages = withStage(stages, `${base.hosts[0]?.userPoolId}/${connection}`, { stage, since: 0 });
      scene.modes = compileModes(stages);
    },
    async [Symbol.asyncDispose]() {
      await bridge.stop();
      await cognito[Symbol.asyncDispose]();
      await descope[Symbol.asyncDispose]();
    },
  });
}
