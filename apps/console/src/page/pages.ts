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
  { path: "/run", title: "Run", Component: lazy(() => import("./run/run-page.tsx")) },
  { path: "/run/:run", title: "Run", hidden: true, Component: lazy(() => import("./run/run-page.tsx")) },
  { path: "/plan", title: "Plan", Component: lazy(() => import("./plan/plan-page.tsx")) },
  { path: "/plan/:run", title: "Plan", hidden: true, Component: lazy(() => import("./plan/plan-page.tsx")) },
  { path: "/users/:run/:seq", title: "User", hidden: true, Component: lazy(() => import("./user/user-page.tsx")) },
  {
    path: "/dead-letters",
    title: "Dead letters",
    Component: lazy(() => import("./dead-letters/dead-letters-page.tsx")),
  },
  {
    path: "/dead-letters/:run",
    title: "Dead letters",
    hidden: true,
    Component: lazy(() => import("./dead-letters/dead-letters-page.tsx")),
  },
  {
    path: "/discrepancies",
    title: "Discrepancies",
    Component: lazy(() => import("./discrepancies/discrepancies-page.tsx")),
  },
  {
    path: "/discrepancies/:run",
    title: "Discrepancies",
    hidden: true,
    Component: lazy(() => import("./discrepancies/discrepancies-page.tsx")),
  },
  { path: "/jit", title: "Passwords (JIT)", Component: lazy(() => import("./jit/jit-page.tsx")) },
  { path: "/sso", title: "SSO", Component: lazy(() => import("./sso/sso-page.tsx")) },
  {
    path: "/sso/connection",
    title: "Connection",
    hidden: true,
    Component: lazy(() => import("./sso/connection-page.tsx")),
  },
  { path: "/sessions", title: "Sessions", Component: lazy(() => import("./sessions/sessions-page.tsx")) },
  { path: "/reports", title: "Reports", Component: lazy(() => import("./reports/reports-page.tsx")) },
  { path: "/mapping", title: "Mapping", Component: lazy(() => import("./mapping/mapping-page.tsx")) },
];
