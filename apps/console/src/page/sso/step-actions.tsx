import { useMutation } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import type { SsoConnectionDetail, takeSsoBack, takeSsoStep } from "../../contract/sso.ts";
import { callApi } from "../shell/api.ts";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { useSession } from "../shell/session.ts";
import { STAGE_NAMES } from "./class-names.ts";

/** Forward when the gates are open, and back at any time. */
export function StepActions({
  detail,
  onChanged,
}: {
  readonly detail: SsoConnectionDetail;
  readonly onChanged: (detail: SsoConnectionDetail) => void;
}): JSX.Element | null {
  const [asked, setAsked] = useState<"step" | "back">();
  const { data: session } = useSession();
  const { connection, step } = detail;
  const done = (changed: SsoConnectionDetail): void => {
    setAsked(undefined);
    onChanged(changed);
  };
  const forward = useMutation({
    mutationFn: (confirm: string) => {
      const { bridge } = connection;
      return callApi<typeof takeSsoStep>("post", "/api/v1/sso/step", {
        body: {
          connection: connection.key,
          from: { stage: bridge?.stage ?? "cognito", since: bridge?.since ?? null },
          to: step?.to ?? "cognito",
          ...(confirm === "" ? {} : { confirm }),
        },
      });
    },
    onSuccess: done,
    onError: () => setAsked(undefined),
  });
  const back = useMutation({
    mutationFn: () => callApi<typeof takeSsoBack>("post", "/api/v1/sso/back", { body: { connection: connection.key } }),
    onSuccess: done,
    onError: () => setAsked(undefined),
  });
  const { bridge } = connection;
  if (bridge === null || step === null) return null;
  if (session?.readOnly === true) return <p className="muted">This console only shows: it changes no connection.</p>;
  const { to } = step;
  return (
    <>
      {forward.error !== null && <ErrorNotice error={forward.error} />}
      {back.error !== null && <ErrorNotice error={back.error} />}
      <div className="actions">
        {to !== null && (
          <button
            type="button"
            className="primary"
            disabled={step.gates.some(({ state }) => state === "closed") || forward.isPending}
            onClick={() => setAsked("step")}
          >
            {forward.isPending ? "Testing and changing…" : `Go on to ${STAGE_NAMES[to][0]}`}
          </button>
        )}
        {bridge.stage !== "cognito" && (
          <button type="button" className="danger" onClick={() => setAsked("back")}>
            Back to Cognito
          </button>
        )}
      </div>
      {asked === "step" && to !== null && (
        <ConfirmDialog
          title={`Go on to ${STAGE_NAMES[to][0]}?`}
          action={`Go on to ${STAGE_NAMES[to][0]}`}
          {...(to === "descope" ? { typed: connection.name } : {})}
          busy={forward.isPending}
          onConfirm={(typed) => forward.mutate(typed)}
          onClose={() => setAsked(undefined)}
        >
          <p>{STAGE_NAMES[to][1]} The tests run once more before, and the bridge follows within a second.</p>
        </ConfirmDialog>
      )}
      {asked === "back" && (
        <ConfirmDialog
          title="Back to Cognito?"
          action="Back to Cognito"
          danger
          busy={back.isPending}
          onConfirm={() => back.mutate()}
          onClose={() => setAsked(undefined)}
        >
          <p>
            Sign-ins that begin at the identity provider go to Cognito again, within a second. Nothing is tested before.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
