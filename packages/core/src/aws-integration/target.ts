import type { EmitOption, EmitOptions, OptionNeeds } from "./emit-options.ts";
import type { Integration } from "./integration.ts";

/** Something in AWS that can be made to accept Descope's tokens. */
export interface Target extends OptionNeeds {
  /** What it is, in one line. */
  readonly summary: string;
  /** Makes the documents' content. The options are checked already. */
  readonly build: (options: EmitOptions) => Integration;
}

/** Options of which some are given. */
export type Given<Need extends EmitOption> = EmitOptions & { readonly [Name in Need]: NonNullable<EmitOptions[Name]> };

/** A target whose `build` sees the options that it needs as given. */
export function defineTarget<const Need extends EmitOption>(
  target: Omit<Target, "build" | "needs"> & {
    readonly needs: readonly Need[];
    readonly build: (options: Given<Need>) => Integration;
  },
): Target {
  return { ...target, build: (options) => target.build(options as Given<Need>) };
}
