/** What both entries export. */
export * from "./errors.ts";
export type * from "./options.ts";
export * from "./principal.ts";
export * from "./replay-store.ts";
export type * from "./role-map.ts";
export * from "./exchange/cognito-revoker.ts";
export * from "./exchange/create-exchange.ts";
export * from "./exchange/exchange-handler.ts";
export * from "./exchange/management-exchanger.ts";
