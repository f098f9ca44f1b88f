import { Component, type ReactNode } from "react";

/** Keeps a fault of one page from taking the others with it. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state: { readonly failed: boolean } = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="banner bad" role="alert">
        <strong>This page has a fault</strong>
        <p>
          Nothing of the migration is lost. Load the page again; if it stays, report it with the version at the bottom.
        </p>
        <button type="button" onClick={() => location.reload()}>
          Load again
        </button>
      </div>
    );
  }
}
