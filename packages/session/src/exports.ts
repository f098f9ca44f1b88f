/** What both entries export. */
export * from "./errors.ts";
export type * from "./options.ts";
export * from "./principal.ts";
export * from "./replay-store.ts";
export type * from "./role-map.ts";
