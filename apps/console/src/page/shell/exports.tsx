import { useMutation } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { addressOf } from "./api.ts";
import { downloadFile } from "./download.ts";
import { ModalDialog } from "./modal-dialog.tsx";
import { ErrorNotice } from "./problem-notice.tsx";

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
    <p className="actions">
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
        <ModalDialog title="Download personal data" onClose={() => setAsking(undefined)}>
          <p>
            The file holds personal data as it is. That you took it is noted with the run. Keep the file accordingly,
            and delete it when it is not needed any more.
          </p>
          <div className="actions">
            <button
              type="button"
              className="danger"
              disabled={download.isPending}
              onClick={() => download.mutate(asking)}
            >
              Download
            </button>
            <button type="button" onClick={() => setAsking(undefined)}>
              Cancel
            </button>
          </div>
          {download.error !== null && <ErrorNotice error={download.error} />}
        </ModalDialog>
      )}
    </p>
  );
}
