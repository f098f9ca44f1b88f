import { type JSX, useEffect } from "react";

/** The heading of a page, which is the title of the window as well. */
export function PageTitle({ children }: { readonly children: string }): JSX.Element {
  useEffect(() => {
    document.title = `${children} · Cognito to Descope`;
  }, [children]);
  return <h1>{children}</h1>;
}
