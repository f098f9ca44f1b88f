import { runsScansAndPlans } from "./0001-runs-scans-and-plans.ts";
import { baseline } from "./0002-baseline.ts";
import { rateLimits } from "./0003-rate-limits.ts";
import { control } from "./0004-control.ts";
import { touchedUsers } from "./0005-touched-users.ts";
import { countedEvents } from "./0006-counted-events.ts";
import { capturedUsers } from "./0007-captured-users.ts";
import { ssoRecords } from "./0008-sso-records.ts";
import { eventChains } from "./0009-event-chains.ts";
import { planSearch } from "./0010-plan-search.ts";
import { runSamples } from "./0011-run-samples.ts";
import type { Migration } from "./migration.ts";

/** The steps of the schema in their order. */
export const EVERY_MIGRATION: readonly Migration[] = [
  runsScansAndPlans,
  baseline,
  rateLimits,
  control,
  touchedUsers,
  countedEvents,
  capturedUsers,
  ssoRecords,
  eventChains,
  planSearch,
  runSamples,
];
