import { useMutation } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { addressOf } from "./api.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { downloadFile } from "./download.ts";

const FORMATS = [
  ["csv", "CSV"],
  ["jsonl", "JSON Lines"],
] as const;

/** Downloads of a list: masked by a link, with personal data after a question. */
export function Exports({
  path,
  run,
  filter,
  mayReveal,
}: {
  /** Path of the export with `{run}` in it. */
  readonly path: string;
  readonly run: string;
  /** What of the list is wanted. */
  readonly filter: Readonly<Record<string, string>>;
  readonly mayReveal: boolean;
}): JSX.Element {
  const [asking, setAsking] = useState<"csv" | "jsonl">();
  const download = useMutation({
    mutationFn: (format: "csv" | "jsonl") => downloadFile(path, { run }, { format, ...filter }),
    onSuccess: () => setAsking(undefined),
  });
  return (
    <div className="actions">
      Download
      {FORMATS.map(([format, name]) => (
        <a key={format} href={addressOf(path, { params: { run }, query: { format, ...filter } })} download>
          {name}, masked
        </a>
      ))}
      {mayReveal &&
        FORMATS.map(([format, name]) => (
          <button key={format} type="button" className="small" onClick={() => setAsking(format)}>
            {name} with personal data…
          </button>
        ))}
      {asking !== undefined && (
        <ConfirmDialog
          title="Download personal data"
          action="Download"
          danger
          busy={download.isPending}
          error={download.error}
          onConfirm={() => download.mutate(asking)}
          onClose={() => setAsking(undefined)}
        >
          <p>
            The file holds personal data as it is. That you took it is noted with the run. Keep the file accordingly,
            and delete it when it is not needed any more.
          </p>
        </ConfirmDialog>
      )}
    </div>
  );
}
