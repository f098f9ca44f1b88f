/** The JSON document of `c2d status` where there is no run. */
export const NOTHING_YET = { run: null, next: "c2d plan" } as const;
