import { type ComponentType, lazy, type LazyExoticComponent } from "react";

/** One page of the console. It is loaded when it is first shown. */
export interface ConsolePage {
  /** Below `/console`, as wouter writes patterns: `/`, `/plan`, `/plan/users/:seq`. */
  readonly path: string;
  /** In the navigation and in the title of the window; sentence case. */
  readonly title: string;
  /** Left out of the navigation: pages of one thing, which others lead to. @defaultValue false */
  readonly hidden?: boolean;
  readonly Component: LazyExoticComponent<ComponentType>;
}

/** Every page, in the order of the navigation. */
export const PAGES: readonly ConsolePage[] = [
  { path: "/", title: "Overview", Component: lazy(() => import("./overview/overview-page.tsx")) },
  { path: "/jit", title: "Passwords (JIT)", Component: lazy(() => import("./jit/jit-page.tsx")) },
  { path: "/sso", title: "SSO", Component: lazy(() => import("./sso/sso-page.tsx")) },
  {
    path: "/sso/connection",
    title: "Connection",
    hidden: true,
    Component: lazy(() => import("./sso/connection-page.tsx")),
  },
  { path: "/sessions", title: "Sessions", Component: lazy(() => import("./sessions/sessions-page.tsx")) },
];
