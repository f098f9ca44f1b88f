import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import type { CommandOutput, interruptCommand, readCommandOutput, StartedCommand } from "../../contract/commands.ts";
import { callApi } from "../shell/api.ts";
import { useLive } from "../shell/live.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { Time } from "../shell/time.tsx";

/** The commands that were started here, and what they print. */
export function StartedCommands({ mayChange }: { readonly mayChange: boolean }): JSX.Element | null {
  const commands = useLive("commands")?.commands ?? [];
  if (commands.length === 0) return null;
  return (
    <section aria-labelledby="commands">
      <h2 id="commands">Commands started here</h2>
      <ul className="commands">
        {commands.map((command, index) => (
          <li key={command.id}>
            <Command command={command} mayChange={mayChange} open={index === 0 && command.state === "running"} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Command({
  command,
  mayChange,
  open,
}: {
  readonly command: StartedCommand;
  readonly mayChange: boolean;
  readonly open: boolean;
}): JSX.Element {
  const [shown, setShown] = useState(open);
  const interrupt = useMutation({
    mutationFn: () =>
      callApi<typeof interruptCommand>("post", "/api/v1/commands/{id}/interrupt", { params: { id: command.id } }),
  });
  return (
    <details open={shown} onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>
        <code>{command.line}</code> <span className="muted">{stateWords(command)}</span>
      </summary>
      <p className="muted">
        Started <Time at={command.startedAt} /> by {command.by}, process {command.pid}
      </p>
      {command.state === "running" && mayChange && (
        <button
          type="button"
          className="small danger"
          disabled={interrupt.isPending}
          onClick={() => interrupt.mutate()}
        >
          Interrupt
        </button>
      )}
      {interrupt.error !== null && <ErrorNotice error={interrupt.error} />}
      {shown && <Output id={command.id} running={command.state === "running"} />}
    </details>
  );
}

function stateWords({ state, exitCode, meaning }: StartedCommand): string {
  if (state === "running") return "running";
  if (state === "gone") return "gone: it was killed, or ended while no console was there";
  return `ended with ${exitCode}: ${meaning ?? ""}`;
}

/** Goes on where it has read to before: what a command prints is only ever added to. */
async function readOn(id: string, before: CommandOutput | undefined, signal: AbortSignal): Promise<CommandOutput> {
  let read = before ?? { text: "", next: 0, complete: false };
  for (;;) {
    const part = await callApi<typeof readCommandOutput>(
      "get",
      "/api/v1/commands/{id}/output",
      { params: { id }, query: { from: String(read.next) } },
      signal,
    );
    read = { ...part, text: read.text + part.text };
    if (part.text === "") return read;
  }
}

function Output({ id, running }: { readonly id: string; readonly running: boolean }): JSX.Element {
  const client = useQueryClient();
  const queryKey = ["output", id, running];
  const { data, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => readOn(id, client.getQueryData(queryKey), signal),
    refetchInterval: running ? 1000 : false,
  });
  const text = data?.text ?? "";
  return (
    <>
      {error !== null && <ErrorNotice error={error} />}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard */}
      <pre className="output" tabIndex={0} aria-label="What the command printed">
        {text === "" ? "nothing yet" : text}
      </pre>
    </>
  );
}
