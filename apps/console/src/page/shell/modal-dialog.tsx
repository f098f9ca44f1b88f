import { type JSX, type ReactNode, useId, useLayoutEffect, useRef } from "react";

/**
 * A dialog over the page, which nothing else takes part in until it is closed: the browser's own, with its care for the focus and
 * the Escape key. Closed, it gives the focus back to where it was; if that is gone meanwhile, to the content of the page.
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
  // A layout effect ends while the dialog is still in the document, where closing it moves the focus.
  useLayoutEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      requestAnimationFrame(() => {
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (!lost) return;
        const goal = opener?.isConnected === true && !opener.matches(":disabled") ? opener : mainOf(document);
        if (goal instanceof HTMLElement) goal.focus();
      });
    };
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}

function mainOf(page: Document): HTMLElement | null {
  return page.querySelector("main");
}
