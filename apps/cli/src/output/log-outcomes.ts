import type { StateStore } from "@cognito-to-descope/core";
import { observeOutcomes } from "./observe-outcomes.ts";
import { printable } from "./printable.ts";

/** A store that also logs each outcome, once it is recorded. */
export function logOutcomes(store: StateStore, verbose: boolean, line: (text: string) => void): StateStore {
  return observeOutcomes(
    store,
    ({ sub, planned, existing }) => {
      const known = planned?.loginId ?? existing?.loginIds[0];
      const loginId = verbose && known !== undefined ? ` loginId=${printable(known)}` : "";
      return `sub=${printable(sub)}${loginId}`;
    },
    ({ seq, outcome, userId, failure, detail }, user = `seq=${seq}`) => {
      const id = userId === undefined ? "" : ` userId=${printable(userId)}`;
      const why = failure === undefined ? "" : ` failure=${failure}`;
      // What the project says about a failure may name the user; why one is skipped is our own word.
      const words = detail !== undefined && (verbose || outcome === "skipped") ? ` detail=${printable(detail)}` : "";
      line(`${outcome} ${user}${id}${why}${words}`);
    },
  );
}
