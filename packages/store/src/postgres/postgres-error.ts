import { MigrationError } from "@cognito-to-descope/core";
import { DatabaseError } from "pg";
import { type Meaning, toMeant } from "../error-meaning.ts";

const FULL: Meaning = {
  code: "ERR_STORE_FULL",
  message: "the disk of the database that holds the state store is full",
  suggestion: "Free space on the database's server, and run the command again: nothing is lost.",
};
const READ_ONLY: Meaning = {
  code: "ERR_STORE_READ_ONLY",
  message: "the state store cannot be written",
  suggestion:
    "Name the primary server and not a read-only replica, and a user that may create tables in the schema of the state store.",
};
const LOCKED: Meaning = {
  code: "ERR_STORE_LOCKED",
  message: "another process is writing to the state store",
  suggestion: "Wait until the other command has finished, and run the command again.",
};
const CORRUPT: Meaning = {
  code: "ERR_STORE_CORRUPT",
  message: "the database that holds the state store is damaged",
  suggestion: "Restore the database, or start a new run in another one; what is in the target already is not doubled.",
};
const GONE: Meaning = {
  code: "ERR_STORE_UNREADABLE",
  message: "the connection to the database of the state store was lost",
  suggestion: "Once the database answers again, run the command again: it goes on from where it stood.",
};
const UNREACHABLE: Meaning = {
  code: "ERR_STORE_UNREADABLE",
  message: "the database of the state store cannot be reached",
  suggestion: "Check host and port in the URL, that the database runs, and that it accepts connections from here.",
};
const REFUSED: Meaning = {
  code: "ERR_STORE_UNREADABLE",
  message: "the database of the state store refuses this user",
  suggestion: "Check user and password, and that the server's pg_hba.conf lets the user connect from here.",
};
const CROWDED: Meaning = {
  code: "ERR_STORE_UNREADABLE",
  message: "the database of the state store has no connection left",
  suggestion: "End other clients of the database, or raise its max_connections, and run the command again.",
};
const ABSENT: Meaning = {
  code: "ERR_STORE_UNREADABLE",
  message: "the URL of the state store names a database that does not exist",
  suggestion: "Create it with `CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0`, or correct the URL.",
};
const DROPPED: Meaning = {
  code: "ERR_STORE_UNREADABLE",
  message: "the tables of the state store are not there any more",
  suggestion: "Something removed them while this command ran: run the command again to start a new store.",
};
const EXHAUSTED: Meaning = {
  code: "ERR_STORE_UNREADABLE",
  message: "the database of the state store ran out of a resource",
  suggestion: "See the server's log for which one it was, and run the command again: nothing is lost.",
};
const NOT_SECURE: Meaning = {
  code: "ERR_STORE_UNREADABLE",
  message: "no secure connection to the database of the state store can be made",
  suggestion:
    "Give the URL sslmode=verify-full and, for a certificate authority of your own, sslrootcert=<file>; sslmode=disable on a trusted network.",
};

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const BY_STATE: Readonly<Record<string, Meaning>> = {
  "25006": READ_ONLY, // read_only_sql_transaction
  "28000": REFUSED, // invalid_authorization_specification
  "28P01": REFUSED, // invalid_password
  "3D000": ABSENT, // invalid_catalog_name
  "3F000": DROPPED, // invalid_schema_name
  "40001": LOCKED, // serialization_failure
  "40P01": LOCKED, // deadlock_detected
  "42501": READ_ONLY, // insufficient_privilege
  "42P01": DROPPED, // undefined_table
  "53100": FULL, // disk_full
  "53200": EXHAUSTED, // out_of_memory
  "53300": CROWDED, // too_many_connections
  "53400": EXHAUSTED, // configuration_limit_exceeded
  "55P03": LOCKED, // lock_not_available
  "57014": LOCKED, // query_canceled: by the time-out
  "57P01": GONE, // admin_shutdown
  "57P02": GONE, // crash_shutdown
  "57P03": UNREACHABLE, // cannot_connect_now: it is starting or stopping
  "57P05": GONE, // idle_session_timeout
  "58030": EXHAUSTED, // io_error
  XX001: CORRUPT, // data_corrupted
  XX002: CORRUPT, // index_corrupted
};

const BY_ERRNO: Readonly<Record<string, Meaning>> = {
  ECONNRESET: GONE,
  EPIPE: GONE,
  ERR_STREAM_WRITE_AFTER_END: GONE,
  ERR_STREAM_DESTROYED: GONE,
};

/** Faults that pg tells by their message only. */
const BY_MESSAGE: readonly (readonly [RegExp, Meaning])[] = [
  [
    /^Connection terminated due to connection timeout|^timeout expired|timeout exceeded when trying to connect/,
    UNREACHABLE,
  ],
  [/^Connection terminated|connection error and is not queryable|^Client was closed|^Query read timeout/, GONE],
  [/^SASL|password must be a string/, REFUSED],
  [/does not support SSL|SSL connection/i, NOT_SECURE],
];

/** Codes of Node for a certificate that is not trusted. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_TLS|^ERR_SSL|^EPROTO$/;

/**
 * What PostgreSQL, or the connection to it, threw, as a `MigrationError`; anything else is given back as it is.
 *
 * Messages of the server name tables, hosts and users; some quote a value. They stay in `cause`, without their details.
 */
export function toPostgresError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof MigrationError || error instanceof RangeError) return error;
  return toMeant(meaningOf(error), error);
}

/** Whether an error leaves the connection that it came over of no use: anything but an answer of the server, or of ours. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.severity === "FATAL" || error.severity === "PANIC";
  return !(error instanceof RangeError || error instanceof MigrationError);
}

/** Whether the server refused a row because there is one of the same key. */
export function isDuplicate(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === "23505";
}

function meaningOf(error: Error & { code?: unknown; syscall?: unknown }): Meaning | undefined {
  const code = typeof error.code === "string" ? error.code : "";
  const known = BY_STATE[code] ?? BY_ERRNO[code];
  if (known !== undefined) return known;
  if (code.startsWith("08")) return GONE;
  if (/^E[A-Z_]+$/.test(code) && error.syscall !== undefined) return UNREACHABLE;
  if (CERTIFICATE.test(code)) return NOT_SECURE;
  // Several addresses were tried, and none answered.
  if (error instanceof AggregateError && error.errors.length > 0) return UNREACHABLE;
  return BY_MESSAGE.find(([form]) => form.test(error.message))?.[1];
}
