import { type JSX, type ReactNode, useEffect, useId, useRef, useState } from "react";

/**
 * Asks before something is done. The dialog is the browser's own: it holds the focus, closes with Escape and gives the focus back.
 */
export function ConfirmDialog({
  title,
  action,
  danger = false,
  typed,
  busy = false,
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
  readonly onConfirm: (typed: string) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const heading = useId();
  const field = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={heading} onCancel={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm(text);
        }}
      >
        <h2 id={heading}>{title}</h2>
        {children}
        {typed !== undefined && (
          <label htmlFor={field}>
            Type <strong>{typed}</strong> to confirm
            <input
              id={field}
              type="text"
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
    </dialog>
  );
}
