import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Clock, MigrationError } from "@cognito-to-descope/core";
import type { TlsCertificates } from "@cognito-to-descope/gateway";
import { usageError } from "../errors.ts";

/** Options of the command line that name certificates. */
export interface TlsFileOptions {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
}

/** Files with certificates, and what they hold now. */
export interface TlsFiles {
  readonly certificates: TlsCertificates;
  /** Reads them again. Undefined when they hold what was read last. */
  read(): Promise<TlsCertificates | undefined>;
}

/**
 * Reads the certificates that the options name; undefined when they name none.
 *
 * @throws MigrationError `ERR_USAGE` when one of two belongs to the other, or a file cannot be read.
 */
export async function openTlsFiles(cwd: string, options: TlsFileOptions): Promise<TlsFiles | undefined> {
  const { tlsCert, tlsKey, tlsClientCa } = options;
  if (tlsCert === undefined && tlsKey === undefined && tlsClientCa === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw usageError("TLS needs a certificate and its key", "give --tls-cert and --tls-key together");
  }
  const readAll = async (): Promise<TlsCertificates> => {
    const [cert, key, clientCa] = await Promise.all([
      readNamed(cwd, "--tls-cert", tlsCert),
      readNamed(cwd, "--tls-key", tlsKey),
      tlsClientCa === undefined ? undefined : readNamed(cwd, "--tls-client-ca", tlsClientCa),
    ]);
    return { cert, key, clientCa };
  };
  const certificates = await readAll();
  let last = JSON.stringify(certificates);
  return {
    certificates,
    async read() {
      const now = await readAll();
      const text = JSON.stringify(now);
      if (text === last) return undefined;
      last = text;
      return now;
    },
  };
}

async function readNamed(cwd: string, flag: string, path: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, path), "utf8");
  } catch (error) {
    throw new MigrationError("ERR_USAGE", `the file of ${flag} cannot be read`, {
      cause: error,
      suggestion: "name a PEM file that this account may read",
    });
  }
}

/** How files are watched. */
export interface TlsWatch {
  readonly clock: Pick<Clock, "sleep">;
  readonly everyMs: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Calls back when somebody asks for the files to be read at once; gives what ends that. */
  readonly onHangup?: ((listener: () => void) => () => void) | undefined;
  /** Takes new certificates. What it throws is told to {@link onFailed}. */
  readonly onChanged: (certificates: TlsCertificates) => void;
  /** The files cannot be read or used; the former certificates stay. */
  readonly onFailed: (error: unknown) => void;
}

/** Takes what the files hold whenever it has changed, until the signal. Replacing two files takes a moment, so what cannot be used is tried again. */
export async function watchTlsFiles(files: TlsFiles, watch: TlsWatch): Promise<void> {
  const { clock, everyMs, signal, onChanged, onFailed } = watch;
  const look = async (): Promise<void> => {
    try {
      const changed = await files.read();
      if (changed !== undefined) onChanged(changed);
    } catch (error) {
      onFailed(error);
    }
  };
  const stopListening = watch.onHangup?.(() => void look());
  try {
    for (;;) {
      await clock.sleep(everyMs, signal);
      await look();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stopListening?.();
  }
}
