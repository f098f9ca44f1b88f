import { type JSX, type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import type { ConsoleSession } from "../../contract/session.ts";
import { PAGES } from "../pages.ts";
import { ConnectionBar } from "./connection-bar.tsx";
import { useSignOut } from "./session.ts";
import { ThemeSwitch } from "./theme-switch.tsx";

/** What is around every page: the way to the others, the theme, who is signed in. */
export function Layout({
  session,
  children,
}: {
  readonly session: ConsoleSession;
  readonly children: ReactNode;
}): JSX.Element {
  const [open, setOpen] = useState(false);
  const [path] = useLocation();
  const signOut = useSignOut();
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="bar">
        <Link href="/" className="brand">
          Cognito <span aria-hidden="true">→</span>
          <span className="visually-hidden">to</span> Descope
        </Link>
        <button
          type="button"
          className="menu"
          aria-expanded={open}
          aria-controls="navigation"
          onClick={() => setOpen((before) => !before)}
        >
          Menu
        </button>
      </header>
      <div className="frame">
        <div className={open ? "side open" : "side"} id="navigation">
          <nav aria-label="Pages">
            <ul>
              {PAGES.filter(({ hidden }) => hidden !== true).map((page) => (
                <li key={page.path}>
                  <Link
                    href={page.path}
                    onClick={() => setOpen(false)}
                    aria-current={isCurrent(page.path, path) ? "page" : undefined}
                  >
                    {page.title}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
          <aside className="side-foot" aria-label="This console">
            <ThemeSwitch />
            <p className="muted">
              {session.operator}
              {session.readOnly && <> · read only</>}
            </p>
            <button type="button" className="small" onClick={() => signOut.mutate()}>
              Sign out
            </button>
            <p className="muted">c2d {session.version}</p>
          </aside>
        </div>
        <div className="content">
          <ConnectionBar />
          <main id="main" tabIndex={-1}>
            {children}
          </main>
        </div>
      </div>
    </>
  );
}

/** The page of a thing belongs to the page that lists them. */
function isCurrent(page: string, path: string): boolean {
  return page === "/" ? path === "/" : path === page || path.startsWith(`${page}/`);
}
