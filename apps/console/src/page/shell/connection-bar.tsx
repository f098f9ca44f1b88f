import type { JSX } from "react";
import { useConnection } from "./live.tsx";
import { Time } from "./time.tsx";

/** Says when the server is gone. It stands there empty otherwise, so that screen readers hear of it. */
export function ConnectionBar(): JSX.Element {
  const { state, heardAt } = useConnection();
  return (
    <div className="connection" aria-live="polite">
      {state === "lost" && (
        <p>
          <strong>The connection is lost.</strong> The console does not answer, so what you see is{" "}
          {heardAt === undefined ? (
            "old"
          ) : (
            <>
              of <Time at={new Date(heardAt).toISOString()} />
            </>
          )}
          . Runs go on without it. The page connects again by itself as soon as <code>c2d console</code> runs on this
          port.
        </p>
      )}
    </div>
  );
}
