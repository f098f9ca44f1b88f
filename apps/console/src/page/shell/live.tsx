import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type JSX, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { LiveEvents } from "../../contract/live.ts";

/** Address of the stream; the page imports no values of the contract. */
const LIVE_PATH = "/api/v1/events";
/** How long a server that refused the stream is left alone. */
const RETRY_MS = 2000;
/** A stream that has been silent for so long is dead: the server gives a sign of life every ten seconds. */
const SILENT_MS = 25_000;

/** Whether the value of an event replaces the one before, or adds to it. The compiler asks for every event. */
const KINDS: Readonly<Record<keyof LiveEvents, "replaces" | "adds">> = {
  overview: "replaces",
  run: "replaces",
  series: "adds",
  log: "adds",
  commands: "replaces",
  trouble: "replaces",
  sso: "replaces",
  ping: "replaces",
};

/** How the connection stands, and since when it is lost. */
export interface LiveConnection {
  readonly state: "connecting" | "live" | "lost";
  /** When the last sign of life came; epoch milliseconds. */
  readonly heardAt: number | undefined;
}

type Listener = (value: unknown) => void;

interface Live {
  readonly connection: LiveConnection;
  readonly listen: (event: keyof LiveEvents, listener: Listener) => () => void;
}

const LiveContext = createContext<Live | undefined>(undefined);

/** Keeps one stream open for the whole page. */
export function LiveProvider({ children }: { readonly children: ReactNode }): JSX.Element {
  const client = useQueryClient();
  const [connection, setConnection] = useState<LiveConnection>({ state: "connecting", heardAt: undefined });
  const listeners = useRef(new Map<string, Set<Listener>>());
  useEffect(() => {
    let source: EventSource | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let silence: ReturnType<typeof setTimeout> | undefined;
    const lose = (): void => {
      setConnection((before) => ({ state: "lost", heardAt: before.heardAt }));
    };
    const again = (): void => {
      clearTimeout(silence);
      source?.close();
      lose();
      retry = setTimeout(open, RETRY_MS);
      // The session may have ended: whoever asks for it learns that.
      void client.invalidateQueries({ queryKey: ["session"] });
    };
    const hear = (): void => {
      clearTimeout(silence);
      silence = setTimeout(again, SILENT_MS);
      setConnection({ state: "live", heardAt: Date.now() });
    };
    function open(): void {
      const opened = new EventSource(LIVE_PATH);
      source = opened;
      opened.addEventListener("open", hear);
      opened.addEventListener("error", () => {
        // It tries again by itself, unless the server refused it.
        if (opened.readyState === EventSource.CLOSED) again();
        else lose();
      });
      for (const [event, kind] of Object.entries(KINDS)) {
        opened.addEventListener(event, (message: MessageEvent<string>) => {
          hear();
          const value = JSON.parse(message.data) as unknown;
          if (kind === "replaces") client.setQueryData(liveKey(event), value);
          for (const listener of listeners.current.get(event) ?? []) listener(value);
        });
      }
    }
    open();
    return () => {
      clearTimeout(retry);
      clearTimeout(silence);
      source?.close();
    };
  }, [client]);
  const live = useMemo<Live>(
    () => ({
      connection,
      listen(event, listener) {
        const set = listeners.current.get(event) ?? new Set();
        listeners.current.set(event, set.add(listener));
        return () => void set.delete(listener);
      },
    }),
    [connection],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** The newest value of an event that replaces; undefined until the first one comes. */
export function useLive<Event extends keyof LiveEvents>(event: Event): LiveEvents[Event] | undefined {
  // Nobody asks for it: the stream puts it there.
  const { data } = useQuery<LiveEvents[Event]>({
    queryKey: liveKey(event),
    queryFn: () => Promise.reject(new Error("the stream brings it")),
    enabled: false,
    gcTime: Infinity,
  });
  return data;
}

/** Calls back with every value of an event that adds. */
export function useLiveAdditions<Event extends keyof LiveEvents>(
  event: Event,
  onAdded: (value: LiveEvents[Event]) => void,
): void {
  const { listen } = useLiveContext();
  const newest = useRef(onAdded);
  useEffect(() => {
    newest.current = onAdded;
  });
  useEffect(() => listen(event, (value) => newest.current(value as LiveEvents[Event])), [event, listen]);
}

/** How the connection to the server stands. */
export function useConnection(): LiveConnection {
  return useLiveContext().connection;
}

function useLiveContext(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error("there is no stream around this component");
  return live;
}

function liveKey(event: string): readonly string[] {
  return ["live", event];
}
