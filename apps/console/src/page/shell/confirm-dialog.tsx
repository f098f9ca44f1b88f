import { type JSX, type ReactNode, useState } from "react";
import { ModalDialog } from "./modal-dialog.tsx";
import { Printable } from "./printable.tsx";
import { ErrorNotice } from "./problem-notice.tsx";

/** Asks before something is done. */
export function ConfirmDialog({
  title,
  action,
  danger = false,
  typed,
  busy = false,
  error = null,
  onConfirm,
  onClose,
  children,
}: {
  readonly title: string;
  /** What the button says that does it. */
  readonly action: string;
  readonly danger?: boolean;
  /** A text that has to be typed before. */
  readonly typed?: string;
  readonly busy?: boolean;
  /** Why it was not done, if the dialog stays open then. */
  readonly error?: Error | null;
  readonly onConfirm: (typed: string) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): JSX.Element {
  const [text, setText] = useState("");
  return (
    <ModalDialog title={title} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm(text);
        }}
      >
        {children}
        {typed !== undefined && (
          <label>
            <span>
              Type{" "}
              <strong>
                <Printable text={typed} longest={typed.length} />
              </strong>{" "}
              to confirm
            </span>
            <input
              name="confirm"
              value={text}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
        )}
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className={danger ? "danger" : "primary"}
            disabled={busy || (typed !== undefined && text !== typed)}
          >
            {action}
          </button>
        </div>
      </form>
      {error !== null && <ErrorNotice error={error} />}
    </ModalDialog>
  );
}
