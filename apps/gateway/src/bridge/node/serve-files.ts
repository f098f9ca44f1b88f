import {
  ALL_TO_COGNITO,
  type BridgeConfig,
  type Clock,
  type ConnectionModes,
  type DecisionEntry,
} from "@cognito-to-descope/core";
import type { ListenAddress } from "../../gateway-options.ts";
import { parseBridgeConfig } from "../parse-bridge-config.ts";
import { parseModes } from "../parse-modes.ts";
import { createStateSealer } from "../state-sealer.ts";
import type { TlsCertificates } from "../../tls.ts";
import { type BridgeServer, startBridgeServer } from "./bridge-server.ts";
import { type FollowedFile, followFile, type FollowOptions } from "./follow-file.ts";
import type { UpstreamOptions } from "./upstreams.ts";

/** A bridge that is told everything by files, which may change while it runs. */
export interface ServeFilesOptions {
  /** Written by `c2d sso bridge config`. */
  readonly configFile: string;
  /** Written by `c2d sso mode` and `c2d sso cutover`. While there is none, every connection is Cognito's. */
  readonly modesFile: string;
  /** PEM files; without them the bridge speaks plain HTTP. */
  readonly certificateFiles?: { readonly cert: string; readonly key: string } | undefined;
  /** What states of OIDC sign-ins are sealed with, then the secret before. Without any there are no OIDC endpoints. */
  readonly stateSecrets: readonly string[];
  readonly listen: ListenAddress;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly upstreams?: UpstreamOptions | undefined;
  readonly onDecision?: ((entry: DecisionEntry) => void) | undefined;
  readonly onPassThrough?: ((host: string, status: number) => void) | undefined;
  /** Hears of what changed and of files that cannot be used. Must not throw. */
  readonly onNews?: ((news: FileNews) => void) | undefined;
}

/** What happened to one of the files. */
export interface FileNews {
  readonly file: "config" | "modes" | "certificate";
  /** `kept`: the file cannot be used, and what it said before counts on. */
  readonly what: "taken" | "kept";
  readonly error?: unknown;
}

/** A bridge that listens and follows its files. */
export interface FileBridge extends AsyncDisposable {
  readonly url: string;
  /** What the files say, as far as it is taken. */
  current(): { readonly config: BridgeConfig; readonly modes: ConnectionModes };
  stop(): Promise<void>;
}

/**
 * Serves a bridge by files.
 *
 * @throws MigrationError `ERR_CONFIG_UNREADABLE`, `ERR_CONFIG_INVALID`, `ERR_PORT_IN_USE`, `ERR_USAGE`.
 */
export async function serveFiles(options: ServeFilesOptions): Promise<FileBridge> {
  const parts: AsyncDisposable[] = [];
  const stop = async (): Promise<void> => {
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) await part[Symbol.asyncDispose]();
  };
  try {
    return { ...(await start(options, parts)), stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts everything, and adds what has to be ended to `parts`. */
async function start(
  options: ServeFilesOptions,
  parts: AsyncDisposable[],
): Promise<Pick<FileBridge, "url" | "current">> {
  const { clock, certificateFiles } = options;
  const follow = async <Value>(
    file: FileNews["file"],
    path: string,
    more: Pick<FollowOptions<Value>, "parse" | "whenAbsent" | "onChange">,
  ): Promise<FollowedFile<Value>> => {
    const followed = await followFile<Value>(path, {
      ...more,
      clock,
      onChange: () => {
        try {
          more.onChange?.();
          options.onNews?.({ file, what: "taken" });
        } catch (error) {
          options.onNews?.({ file, what: "kept", error });
        }
      },
      onProblem: (error) => options.onNews?.({ file, what: "kept", error }),
    });
    parts.push(followed);
    return followed;
  };

  const config = await follow("config", options.configFile, { parse: parseBridgeConfig });
  const modes = await follow("modes", options.modesFile, { parse: parseModes, whenAbsent: ALL_TO_COGNITO });
  let server: BridgeServer | undefined;
  let key: FollowedFile<string> | undefined;
  let cert: FollowedFile<string> | undefined;
  const renew = (): void => {
    if (cert !== undefined && key !== undefined) server?.renewCertificate({ cert: cert.value, key: key.value });
  };
  if (certificateFiles !== undefined) {
    const parse = (text: string): string => text;
    key = await follow("certificate", certificateFiles.key, { parse, onChange: renew });
    cert = await follow("certificate", certificateFiles.cert, { parse, onChange: renew });
  }
  const certificate: TlsCertificates | undefined =
    cert === undefined || key === undefined ? undefined : { cert: cert.value, key: key.value };
  const [secret, ...before] = options.stateSecrets;
  server = await startBridgeServer({
    config: () => config.value,
    modes: () => modes.value,
    sealer: secret === undefined ? undefined : await createStateSealer([secret, ...before]),
    newId: options.newId,
    clock,
    listen: options.listen,
    certificate,
    upstreams: options.upstreams,
    onDecision: options.onDecision,
    onPassThrough: options.onPassThrough,
  });
  parts.push(server);
  return { url: server.url, current: () => ({ config: config.value, modes: modes.value }) };
}
