import type { RateDocument } from "../../contract/values.ts";
import { formatCount } from "../shell/format.ts";

/** A rate in words: `50 in 60 s`. */
export function formatRate({ requests, windowMs }: RateDocument): string {
  const window = windowMs >= 1000 ? `${formatCount(windowMs / 1000)} s` : `${formatCount(windowMs)} ms`;
  return `${formatCount(requests)} in ${window}`;
}
