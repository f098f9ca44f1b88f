/** The published rate limits: which quota an operation draws from. */

import type { QuotaBucket } from "../wire/service.ts";
import type { DescopeVariants } from "./variants.ts";

const minute = 60_000;

const create: QuotaBucket = {
  name: "user/create",
  requests: 100,
  windowMs: minute,
  penaltyMs: minute,
};
const updateAndSearch: QuotaBucket = {
  name: "user/update+search",
  requests: 200,
  windowMs: minute,
  penaltyMs: minute,
};
const otherUser: QuotaBucket = {
  name: "user/other",
  requests: 500,
  windowMs: minute,
  penaltyMs: minute,
};
const general: QuotaBucket = {
  name: "general",
  requests: 1000,
  windowMs: 10_000,
  penaltyMs: 10_000,
};

const creating = new Set([
  "POST /v1/mgmt/user/create",
  "POST /v1/mgmt/user/create/batch",
  "POST /v1/mgmt/user/create/test",
]);
const updatingOrSearching = new Set(["POST /v1/mgmt/user/update", "POST /v1/mgmt/user/search"]);
const searchingV2 = new Set(["POST /v2/mgmt/user/search", "POST /v2/mgmt/user/search/test"]);

/** The quota of an operation, by its name. */
export function quotaOfOperation(operation: string, variants: DescopeVariants): QuotaBucket {
  if (creating.has(operation)) return create;
  if (updatingOrSearching.has(operation)) return updateAndSearch;
  if (searchingV2.has(operation)) return variants.searchV2Quota === "shared" ? updateAndSearch : otherUser;
  if (/^[A-Z]+ \/v\d\/mgmt\/user(\/|$)/.test(operation)) return otherUser;
  return general;
}
