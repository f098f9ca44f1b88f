import type { JSX } from "react";
import type { ConsoleSession } from "../../contract/session.ts";
import { EmptyState } from "./empty-state.tsx";
import { ErrorNotice } from "./problem-notice.tsx";
import { useSignIn } from "./session.ts";

/** Asks whoever is not signed in for what they sign in with. */
export function SignInPage({
  session,
  error,
}: {
  readonly session: ConsoleSession | undefined;
  readonly error: unknown;
}): JSX.Element {
  return (
    <main className="sign-in" id="main">
      <h1>Cognito to Descope</h1>
      {error !== null && error !== undefined && <ErrorNotice error={error} />}
      {session?.signInBy === "passphrase" ? (
        <PassphraseForm />
      ) : (
        <EmptyState title="Open the link from the terminal">
          This page opens with the link that <code>c2d console</code> prints, and each link works once. Press Enter in
          that terminal, or send the process the signal SIGUSR2, and it prints another.
        </EmptyState>
      )}
    </main>
  );
}

function PassphraseForm(): JSX.Element {
  const signIn = useSignIn();
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        signIn.mutate({ operator: textOf(data, "operator"), passphrase: textOf(data, "passphrase") });
      }}
    >
      <h2>Sign in</h2>
      <label>
        Name
        <input name="operator" autoComplete="username" required maxLength={64} />
      </label>
      <label>
        Passphrase
        <input name="passphrase" type="password" autoComplete="current-password" required maxLength={1024} />
      </label>
      <button type="submit" className="primary" disabled={signIn.isPending}>
        Sign in
      </button>
      {signIn.error !== null && <ErrorNotice error={signIn.error} />}
    </form>
  );
}

function textOf(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === "string" ? value : "";
}
