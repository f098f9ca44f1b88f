import { QueryClientProvider } from "@tanstack/react-query";
import { type JSX, Suspense, useState } from "react";
import { Route, Router, Switch, useLocation } from "wouter";
import { PAGES } from "../pages.ts";
import { EmptyState } from "./empty-state.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Layout } from "./layout.tsx";
import { LiveProvider } from "./live.tsx";
import { ArrivedContext } from "./page-title.tsx";
import { createQueryClient } from "./query-client.ts";
import { useSession } from "./session.ts";
import { SignInPage } from "./sign-in.tsx";

/** The console. */
export function App(): JSX.Element {
  const [client] = useState(createQueryClient);
  return (
    <QueryClientProvider client={client}>
      <Router base="/console">
        <SignedIn />
      </Router>
    </QueryClientProvider>
  );
}

function SignedIn(): JSX.Element {
  const { data: session, error, isPending } = useSession();
  if (isPending) return <p className="loading">Loading…</p>;
  if (session?.signedIn !== true) return <SignInPage session={session} error={error} />;
  return (
    <LiveProvider>
      <Layout session={session}>
        <Pages />
      </Layout>
    </LiveProvider>
  );
}

function Pages(): JSX.Element {
  const [path] = useLocation();
  const [opened] = useState(path);
  const [arrived, setArrived] = useState(false);
  // Coming back to the first page is an arrival too.
  if (!arrived && path !== opened) setArrived(true);
  return (
    // Another page begins without the fault of the one before.
    <ErrorBoundary key={path}>
      <ArrivedContext value={arrived}>
        <Suspense fallback={<p className="loading">Loading…</p>}>
          <Switch>
            {PAGES.map(({ path: pattern, Component }) => (
              <Route key={pattern} path={pattern} component={Component} />
            ))}
            <Route>
              <EmptyState title="There is no such page">
                The address leads nowhere. Choose a page in the navigation.
              </EmptyState>
            </Route>
          </Switch>
        </Suspense>
      </ArrivedContext>
    </ErrorBoundary>
  );
}
