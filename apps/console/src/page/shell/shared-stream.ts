import { type LiveStreamOptions, openLiveStream } from "./live-stream.ts";

/** Name of the lock that the tab with the stream holds, and of the channel by which it tells the others. */
const NAME = "c2d-console-events";
/** A tab that has heard nothing for so long takes the stream over: the one that had it sleeps. */
const ASLEEP_MS = 30_000;
/** How long a tab that is looked at again waits for an answer. */
const ANSWER_MS = 3000;

/** How the stream stands, as the tab that holds it tells. */
type State = "connecting" | "live" | "lost";

type Message =
  | { readonly type: "hello" | "refused" | State }
  | { readonly type: "event"; readonly event: string; readonly data: string };

/**
 * Takes part in the stream that all tabs of one browser share. Gives what ends it.
 *
 * A browser opens six connections to a server by HTTP/1.1, all tabs counted; a stream for each of seven tabs would leave none for
 * the requests. So one tab holds a lock and the stream, and tells the others; when it is closed, the next one takes its place.
 * A page that may use no locks, because it came by plain HTTP from another machine, opens a stream of its own.
 */
export function joinLiveStream(options: LiveStreamOptions): () => void {
  if (!("locks" in navigator)) return openLiveStream(options);
  const { kinds, onEvent, onConnecting, onLive, onLost, onRefused } = options;
  const channel = new BroadcastChannel(NAME);
  /** What a tab that comes later is told, by the tab that holds the stream. */
  const newest = new Map<string, string>();
  let state: State = "connecting";
  let stopLeading: (() => void) | undefined;
  /** Ends the request for the lock that waits. */
  let waiting = new AbortController();
  let silence: ReturnType<typeof setTimeout> | undefined;
  let hasEnded = false;

  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has one origin, its own
  const tell = (message: Message): void => channel.postMessage(message);
  const stand = (next: State, call: () => void): void => {
    // A sign of life with every event would be one message too many.
    if (next !== "live" || state !== "live") tell({ type: next });
    state = next;
    call();
  };
  const lead = async (): Promise<void> => {
    if (hasEnded) return;
    clearTimeout(silence);
    await new Promise<void>((resolve) => {
      const close = openLiveStream({
        kinds,
        onEvent(event, data) {
          if (kinds[event] === "replaces") newest.set(event, data);
          tell({ type: "event", event, data });
          onEvent(event, data);
        },
        onConnecting: () => stand("connecting", onConnecting),
        onLive: () => stand("live", onLive),
        onLost: () => stand("lost", onLost),
        onRefused() {
          tell({ type: "refused" });
          onRefused();
        },
      });
      stopLeading = () => {
        stopLeading = undefined;
        newest.clear();
        close();
        resolve();
      };
    });
  };
  const queue = (): void => {
    waiting = new AbortController();
    hold(navigator.locks.request(NAME, { signal: waiting.signal }, lead));
  };
  const takeOver = (): void => {
    if (hasEnded || stopLeading !== undefined) return;
    waiting.abort();
    hold(navigator.locks.request(NAME, { steal: true }, lead));
  };
  const hold = (held: Promise<void>): void => {
    void held.catch(() => {
      // This tab no longer waits, or another one has taken the stream over while it held it.
      if (stopLeading === undefined) return;
      stopLeading();
      if (!hasEnded) queue();
    });
  };
  const expectWord = (ms: number): void => {
    clearTimeout(silence);
    silence = setTimeout(takeOver, ms);
  };
  const hear = (message: Message): void => {
    if (message.type === "hello" || stopLeading !== undefined) return;
    expectWord(ASLEEP_MS);
    if (message.type === "event") {
      onLive();
      onEvent(message.event, message.data);
    } else {
      ({ connecting: onConnecting, live: onLive, lost: onLost, refused: onRefused })[message.type]();
    }
  };
  const answer = (): void => {
    tell({ type: state });
    for (const [event, data] of newest) tell({ type: "event", event, data });
  };
  const ask = (): void => {
    if (document.visibilityState !== "visible" || stopLeading !== undefined) return;
    tell({ type: "hello" });
    expectWord(ANSWER_MS);
  };

  channel.addEventListener("message", ({ data: message }: MessageEvent<Message>) => {
    if (message.type === "hello" && stopLeading !== undefined) answer();
    else hear(message);
  });
  document.addEventListener("visibilitychange", ask);
  queue();
  ask();
  return () => {
    hasEnded = true;
    clearTimeout(silence);
    document.removeEventListener("visibilitychange", ask);
    waiting.abort();
    stopLeading?.();
    channel.close();
  };
}
