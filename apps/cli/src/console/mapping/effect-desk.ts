import { MigrationError } from "@cognito-to-descope/core";
import type { EffectSide, MappingEffectState } from "@cognito-to-descope/console/contract";
import type { MappingEffect, PlanNumbers } from "../../mapping-effect/reckon-effect.ts";
import type { EffectProcess, MappingServices } from "../mapping-services.ts";

/** Reckons one effect at a time, and remembers the newest. */
export interface EffectDesk {
  /** Begins with these rules; what was under way is cancelled. */
  begin(mapping: unknown): MappingEffectState;
  state(): MappingEffectState;
  cancel(): MappingEffectState;
}

const NONE: MappingEffectState = { state: "none", done: 0, total: 0, effect: null, problem: null };

/** Starts with nothing reckoned. */
export function createEffectDesk({ startEffect }: Pick<MappingServices, "startEffect">): EffectDesk {
  let state = NONE;
  let running: EffectProcess | undefined;

  const cancel = (): MappingEffectState => {
    if (running !== undefined) {
      running.cancel();
      running = undefined;
      state = { ...state, state: "cancelled" };
    }
    return state;
  };
  return {
    begin(mapping) {
      cancel();
      state = { ...NONE, state: "running" };
      const process = startEffect(mapping, (done, total) => {
        if (running === process) state = { ...state, done, total };
      });
      running = process;
      process.result.then(
        (effect) => {
          if (running !== process) return;
          running = undefined;
          state = { ...state, state: "done", done: state.total, effect: describe(effect) };
        },
        (error: unknown) => {
          if (running !== process) return;
          running = undefined;
          const problem = error instanceof MigrationError ? error.message : "the effect was not reckoned to its end";
          state = { ...state, state: "failed", problem };
        },
      );
      return state;
    },
    state: () => state,
    cancel,
  };
}

function describe({ run, before, after, unreadGroups }: MappingEffect): NonNullable<MappingEffectState["effect"]> {
  return { run, before: numbersOf(before), after: numbersOf(after), unreadGroups };
}

function numbersOf({ counts: { create, patch, none, skip }, findings }: PlanNumbers): EffectSide {
  return {
    create,
    patch,
    none,
    skip,
    findings: findings.map(({ rule, severity, count, message }) => ({ rule, severity, count, message })),
  };
}
