import { type JSX, useState } from "react";

/** A command to type into a terminal, with a button that copies it. */
export function CommandLine({ command }: { readonly command: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  return (
    <span className="command">
      <code>{command}</code>
      <button
        type="button"
        className="small"
        aria-label={`Copy ${command}`}
        onClick={() => {
          navigator.clipboard.writeText(command).then(
            () => setCopied(true),
            () => setCopied(false),
          );
        }}
      >
        {copied ? "Copied" : "Copy"}
      </button>
      <span className="visually-hidden" aria-live="polite">
        {copied ? "Copied to the clipboard" : ""}
      </span>
    </span>
  );
}
