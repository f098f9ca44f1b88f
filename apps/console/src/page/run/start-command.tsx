import { type JSX, useState } from "react";
import type { StartRequest } from "../../contract/commands.ts";
import type { RunDocument } from "../../contract/run.ts";
import { useLive } from "../shell/live.tsx";
import { ModalDialog } from "../shell/modal-dialog.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
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
  const [typed, setTyped] = useState("");
  const start = useStartCommand();
  const { confirm } = offer;
  return (
    <ModalDialog title={offer.label} onClose={onClose}>
      <p>{offer.explanation}</p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          const request =
            confirm === undefined ? offer.request : ({ ...offer.request, confirm: typed } as StartRequest);
          start.mutate(request, { onSuccess: onClose });
        }}
      >
        {confirm !== undefined && (
          <label>
            Type {confirm} to confirm
            <input
              name="confirm"
              value={typed}
              autoComplete="off"
              required
              onChange={({ target }) => setTyped(target.value)}
            />
          </label>
        )}
        <div className="actions">
          <button
            type="submit"
            className={confirm === undefined ? "primary" : "danger"}
            disabled={start.isPending || (confirm !== undefined && typed !== confirm)}
          >
            {offer.label}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
      {start.error !== null && <ErrorNotice error={start.error} />}
    </ModalDialog>
  );
}
