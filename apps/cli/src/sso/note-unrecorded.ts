import type { Output } from "../output/output.ts";
import type { ChangedStage } from "./modes-file.ts";

/** Says so where a way back was taken although nobody could write down who took it. */
export function noteUnrecorded(output: Output, { recorded }: ChangedStage): void {
  if (!recorded)
    output.note("warning: it is done, but the history of modes cannot be written: nobody will see who did it");
}
