/** Address of the stream; the page imports no values of the contract. */
const LIVE_PATH = "/api/v1/events";
/** How long a server that refused the stream is left alone. */
const RETRY_MS = 2000;
/** A stream that has been silent for so long is dead: the server gives a sign of life every ten seconds. */
const SILENT_MS = 25_000;

/** What a stream does as it goes. */
export interface LiveStreamOptions {
  /** Whether the value of an event replaces the one before, or adds to it, by name. */
  readonly kinds: Readonly<Record<string, "replaces" | "adds">>;
  /** Called with every event; `data` is one line of JSON. */
  readonly onEvent: (event: string, data: string) => void;
  /** Called when a stream is opened for the first time, or by another tab: what happened meanwhile was told to nobody. */
  readonly onConnecting: () => void;
  /** Called when the stream is open, and with every sign of life. */
  readonly onLive: () => void;
  /** Called when the stream is lost. It connects again by itself. */
  readonly onLost: () => void;
  /** Called when the server refuses the stream or has been silent for 25 seconds: the session may have ended. */
  readonly onRefused: () => void;
}

/** Opens the stream of the server. Gives what closes it. */
export function openLiveStream({
  kinds,
  onEvent,
  onConnecting,
  onLive,
  onLost,
  onRefused,
}: LiveStreamOptions): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const again = (): void => {
    clearTimeout(silence);
    source?.close();
    onLost();
    retry = setTimeout(open, RETRY_MS);
    onRefused();
  };
  const hear = (): void => {
    clearTimeout(silence);
    silence = setTimeout(again, SILENT_MS);
    onLive();
  };
  function open(): void {
    const opened = new EventSource(LIVE_PATH);
    source = opened;
    opened.addEventListener("open", hear);
    opened.addEventListener("error", () => {
      // It tries again by itself, unless the server refused it.
      if (opened.readyState === EventSource.CLOSED) again();
      else onLost();
    });
    for (const event of Object.keys(kinds)) {
      opened.addEventListener(event, (message: MessageEvent<string>) => {
        hear();
        onEvent(event, message.data);
      });
    }
  }
  onConnecting();
  open();
  return () => {
    clearTimeout(retry);
    clearTimeout(silence);
    source?.close();
  };
}
