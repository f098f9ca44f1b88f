import type { Draft } from "../draft.ts";
import { PLACE } from "../keys.ts";
import { whoStep } from "./who.ts";

/** The steps of (c): whoever was just imported chooses a password. */
export function resetDraft(): Draft {
  return { first: "who", steps: [whoStep({ fresh: PLACE.reset })] };
}
