import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type JSX, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { LiveEvents } from "../../contract/live.ts";
import { joinLiveStream } from "./shared-stream.ts";

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

/** Lets the whole page hear the stream that all tabs share. */
export function LiveProvider({ children }: { readonly children: ReactNode }): JSX.Element {
  const client = useQueryClient();
  const [connection, setConnection] = useState<LiveConnection>({ state: "connecting", heardAt: undefined });
  const listeners = useRef(new Map<string, Set<Listener>>());
  useEffect(() => {
    const stand = (state: "connecting" | "lost"): void => setConnection(({ heardAt }) => ({ state, heardAt }));
    return joinLiveStream({
      kinds: KINDS,
      onEvent(event, data) {
        const value = JSON.parse(data) as unknown;
        if (KINDS[event as keyof LiveEvents] === "replaces") client.setQueryData(liveKey(event), value);
        for (const listener of listeners.current.get(event) ?? []) listener(value);
      },
      onConnecting: () => stand("connecting"),
      onLive: () => setConnection({ state: "live", heardAt: Date.now() }),
      onLost: () => stand("lost"),
      // Whoever asks for the session learns whether it has ended.
      onRefused: () => void client.invalidateQueries({ queryKey: ["session"] }),
    });
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
