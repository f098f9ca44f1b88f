import { runsScansAndPlans } from "./0001-runs-scans-and-plans.ts";
import { baseline } from "./0002-baseline.ts";
import { control } from "./0003-control.ts";
import { touchedUsers } from "./0004-touched-users.ts";
import { capturedUsers } from "./0005-captured-users.ts";
import { ssoRecords } from "./0006-sso-records.ts";
import { eventChains } from "./0007-event-chains.ts";
import { planSearch } from "./0008-plan-search.ts";
import { runSamples } from "./0009-run-samples.ts";
import type { Migration } from "./migration.ts";

/** The steps of the schema in their order. */
export const EVERY_MIGRATION: readonly Migration[] = [
  runsScansAndPlans,
  baseline,
  control,
  touchedUsers,
  capturedUsers,
  ssoRecords,
  eventChains,
  planSearch,
  runSamples,
];
