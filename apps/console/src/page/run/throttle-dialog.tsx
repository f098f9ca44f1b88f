import { useMutation } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import type { throttleRun } from "../../contract/control.ts";
import type { RunDocument } from "../../contract/run.ts";
import { callApi } from "../shell/api.ts";
import { ModalDialog } from "../shell/modal-dialog.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { obedience } from "./obedience.ts";
import { formatRate } from "./rates.ts";

/** Chooses how much of a quota the run uses. */
export function ThrottleDialog({
  run,
  onClose,
}: {
  readonly run: RunDocument;
  readonly onClose: () => void;
}): JSX.Element {
  // What is in use comes first: that is what somebody wants to slow down.
  const buckets = run.buckets.toSorted((one, other) => Number(other.inUse > 0) - Number(one.inUse > 0));
  const [name, setName] = useState(buckets[0]?.bucket ?? "");
  const bucket = run.buckets.find((one) => one.bucket === name);
  const [typed, setTyped] = useState<number>();
  const throttle = useMutation({
    mutationFn: (rate: string) =>
      callApi<typeof throttleRun>("post", "/api/v1/runs/{run}/throttle", {
        params: { run: run.run },
        body: { bucket: name, rate },
      }),
  });
  const most = bucket?.quota.requests ?? 1;
  const value = Math.min(most, typed ?? bucket?.chosen?.requests ?? most);
  return (
    <ModalDialog title="Throttle" onClose={onClose}>
      <p>
        A rate can only slow the run down: more than the quota is never sent. Requests that are under way end; whoever
        works on the run keeps to the rate within a second or two.
      </p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          throttle.mutate(String(value));
        }}
      >
        <label>
          Bucket
          <select
            value={name}
            onChange={({ target }) => {
              setName(target.value);
              setTyped(undefined);
            }}
          >
            {buckets.map((one) => (
              <option key={one.bucket} value={one.bucket}>
                {one.bucket}: {formatRate(one.quota)}
                {one.inUse > 0 ? " (in use)" : ""}
              </option>
            ))}
          </select>
        </label>
        <label>
          Requests in {bucket === undefined ? "the window" : `${bucket.quota.windowMs / 1000} s`}, from 1 to {most}
          <input
            type="number"
            name="requests"
            min={1}
            max={most}
            step={1}
            required
            value={value}
            onChange={({ target }) => setTyped(target.valueAsNumber)}
          />
        </label>
        <input
          type="range"
          aria-label="Requests"
          min={1}
          max={most}
          value={value}
          onChange={({ target }) => setTyped(target.valueAsNumber)}
        />
        <div className="actions">
          <button type="submit" className="primary" disabled={throttle.isPending}>
            Set the rate
          </button>
          <button
            type="button"
            disabled={throttle.isPending || bucket?.chosen === null}
            onClick={() => {
              setTyped(undefined);
              throttle.mutate("reset");
            }}
          >
            Back to the quota
          </button>
          <button type="button" onClick={onClose}>
            Close
          </button>
        </div>
      </form>
      <p aria-live="polite">{throttle.data !== undefined && obedience(throttle.data, "keeps to it")}</p>
      {throttle.error !== null && <ErrorNotice error={throttle.error} />}
    </ModalDialog>
  );
}
