import { type JSX, type ReactNode, useEffect, useId, useRef } from "react";

/**
 * A dialog over the page, which nothing else takes part in until it is closed: the browser's own, with its care for the focus and
 * the Escape key.
 */
export function ModalDialog({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  /** Called when it was closed, however that came about. */
  readonly onClose: () => void;
  readonly children: ReactNode;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} className="modal" aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}
