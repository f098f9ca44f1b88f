import { type JSX, useState } from "react";
import type { StartRequest } from "../../contract/commands.ts";
import type { RunDocument } from "../../contract/run.ts";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { useLive } from "../shell/live.tsx";
import { type Offer, offersFor } from "./offers.ts";
import { useStartCommand } from "./use-start-command.ts";

/** Offers the commands that make sense now, each with what it will do. */
export function StartCommand({ run }: { readonly run: RunDocument | undefined }): JSX.Element | null {
  const [chosen, setChosen] = useState<Offer>();
  const commands = useLive("commands");
  const busy = run?.atWork === "working" || (commands?.commands.some(({ state }) => state === "running") ?? false);
  if (commands?.available !== true || busy) return null;
  return (
    <section aria-labelledby="start">
      <h2 id="start">Start</h2>
      <div className="actions">
        {offersFor(run, commands.confirmSync).map((offer) => (
          <button key={offer.label} type="button" onClick={() => setChosen(offer)}>
            {offer.label}…
          </button>
        ))}
      </div>
      {chosen !== undefined && <StartDialog offer={chosen} onClose={() => setChosen(undefined)} />}
    </section>
  );
}

function StartDialog({ offer, onClose }: { readonly offer: Offer; readonly onClose: () => void }): JSX.Element {
  const start = useStartCommand();
  const { confirm, label, request, explanation } = offer;
  return (
    <ConfirmDialog
      title={label}
      action={label}
      danger={confirm !== undefined}
      {...(confirm === undefined ? {} : { typed: confirm })}
      busy={start.isPending}
      error={start.error}
      onConfirm={(typed) =>
        start.mutate(confirm === undefined ? request : ({ ...request, confirm: typed } as StartRequest), {
          onSuccess: onClose,
        })
      }
      onClose={onClose}
    >
      <p>{explanation}</p>
    </ConfirmDialog>
  );
}
