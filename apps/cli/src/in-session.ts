import type { Config } from "./config/config.ts";
import type { Invocation } from "./invocation.ts";
import { joinNow } from "./join-now.ts";
import { openLiveView, showSession } from "./live/show-session.ts";
import { type LogOptions, openRunLog, type RunLog } from "./run-log.ts";
import { openSession, type Session, type SessionOptions } from "./session.ts";

/** What a command that writes to the project is run with. */
export interface InSessionOptions {
  readonly config: Config;
  /** A dry run keeps no log, which would have nothing to prove, and takes part in nothing. @defaultValue false */
  readonly dryRun?: boolean;
  /** Which run of another process to take part in, instead of being refused. */
  readonly joins: Exclude<SessionOptions["joins"], "any" | undefined>;
}

/** Opens log and session, does the work, or takes part in that of another process, and closes both. */
export async function inSession(
  invocation: Invocation<LogOptions>,
  { config, dryRun = false, joins }: InSessionOptions,
  work: (session: Session, log: RunLog) => Promise<number>,
): Promise<number> {
  const { host, output, options } = invocation;
  using log = openRunLog(dryRun ? { ...invocation, options: { ...options, logFile: false } } : invocation);
  using view = await openLiveView(invocation);
  await using opened = await openSession({
    config,
    signal: host.signal,
    onProgress: (at) => output.progress.update(at),
    onEvent: (event) => {
      log.event(event);
      view?.event(event);
    },
    ...(dryRun ? {} : { joins }),
  });
  const session = view === undefined ? opened : showSession(opened, view);
  const { joined } = session;
  try {
    return joined === undefined ? await work(session, log) : await joinNow(session, joined, invocation, log);
  } catch (error) {
    session.noteFault(error);
    throw error;
  }
}
