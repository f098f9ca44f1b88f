import { type Context, createContext, type JSX, useContext, useEffect, useRef } from "react";

/** Whether the page was come to from another one, and not by opening the console. */
export const ArrivedContext: Context<boolean> = createContext(false);

/**
 * The heading of a page, which is the title of the window as well. Whoever comes from another page finds the focus on it: a
 * screen reader says where it is, and the next Tab goes into the page.
 */
export function PageTitle({ children }: { readonly children: string }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  const arrived = useContext(ArrivedContext);
  useEffect(() => {
    document.title = `${children} · Cognito to Descope`;
  }, [children]);
  useEffect(() => {
    if (arrived) heading.current?.focus();
  }, [arrived]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
